#include <nlohmann/json.hpp>
#include <openssl/hmac.h>

#include "base/hex.h"
#include "notify/alerts/alert_messages.h"
#include "notify/alerts/alert_words.h"
#include "notify/alerts/visible_text.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kSlackHeader = 150;  // api.slack.com: header block
constexpr std::size_t kSlackText = 1900;   // fields and sections take 2,000 and 3,000

std::string dump(const Json& json, bool only_ascii = false) {
  return json.dump(-1, ' ', only_ascii, Json::error_handler_t::replace);
}

std::string_view colour_of(const Alert& alert) {
  if (alert.resolved) return "Good";
  switch (alert.severity) {
    case AlertSeverity::critical: return "Attention";
    case AlertSeverity::warning: return "Warning";
    case AlertSeverity::info: return "Accent";
  }
  return "Accent";
}

// "{{DATE(" is the one thing that a TextRun reads.
std::string for_card(std::string text) {
  for (std::size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at + 2))
    text.replace(at, 2, "{ {");
  return text;
}

Json text_run(const std::string& text, bool bold = false) {
  Json run = {{"type", "TextRun"}, {"text", for_card(text)}};
  if (bold) run["weight"] = "Bolder";
  return run;
}

Json rich_text(Json runs) {
  return {{"type", "RichTextBlock"}, {"inlines", std::move(runs)}};
}

std::string slack_entities(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (c == '&')
      encoded += "&amp;";
    else if (c == '<')
      encoded += "&lt;";
    else if (c == '>')
      encoded += "&gt;";
    else
      encoded += c;
  }
  return encoded;
}

Json slack_text(std::string_view text, std::size_t most) {
  return {{"type", "plain_text"}, {"text", slack_entities(cut_text(text, most))}, {"emoji", false}};
}

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json samples_of(const Alert& alert) {
  Json samples = Json::array();
  for (const AlertSample& sample : alert.samples)
    samples.push_back({{"message", sample.message == 0 ? Json(nullptr) : Json(sample.message)},
                       {"mailbox", or_null(sample.mailbox)},
                       {"sender", or_null(sample.sender)},
                       {"subject", or_null(sample.subject)},
                       {"rules", sample.rules}});
  return samples;
}

}  // namespace

std::string teams_message(const Alert& alert) {
  const AlertWords words = words_of(alert);
  Json title = text_run(words.title, true);
  title["size"] = "Large";
  title["color"] = colour_of(alert);
  Json body = Json::array({rich_text(Json::array({std::move(title)})),
                           rich_text(Json::array({text_run(words.sentence)}))});
  for (const auto& [label, value] : words.facts)
    body.push_back(rich_text(Json::array({text_run(label + ": ", true), text_run(value)})));
  const Json card = {{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                     {"type", "AdaptiveCard"},
                     {"version", "1.4"},
                     {"fallbackText", words.title},
                     {"body", std::move(body)}};
  return dump(
      {{"type", "message"},
       {"attachments", Json::array({{{"contentType", "application/vnd.microsoft.card.adaptive"},
                                     {"contentUrl", nullptr},
                                     {"content", card}}})}});
}

std::string slack_message(const Alert& alert) {
  const AlertWords words = words_of(alert);
  std::string lines;
  for (const auto& [label, value] : words.facts) lines += label + ": " + value + "\n";
  if (!lines.empty()) lines.pop_back();
  Json blocks =
      Json::array({{{"type", "header"}, {"text", slack_text(words.title, kSlackHeader)}},
                   {{"type", "section"}, {"text", slack_text(words.sentence, kSlackText)}},
                   {{"type", "section"}, {"text", slack_text(lines, kSlackText)}}});
  return dump({{"text", slack_entities(words.title)}, {"blocks", std::move(blocks)}});
}

std::string json_message(const Alert& alert) {
  const AlertWords words = words_of(alert);
  Json facts = Json::object();
  for (const auto& [name, value] : alert.facts) facts[name] = value;
  return dump({{"version", 1},
               {"key", alert.key},
               {"event", std::string(name_of(alert.kind))},
               {"state", alert.resolved ? "resolved" : "raised"},
               {"severity", std::string(name_of(alert.severity))},
               {"rule", or_null(alert.rule)},
               {"tenant", or_null(alert.tenant)},
               {"count", alert.count},
               {"first_at", format_rfc3339(alert.first_at)},
               {"last_at", format_rfc3339(alert.last_at)},
               {"title", words.title},
               {"text", words.sentence},
               {"facts", std::move(facts)},
               {"messages", alert.messages},
               {"samples", samples_of(alert)}},
              true);  // so that nothing that turns or hides text stands there as itself
}

std::string json_signature(const Secret& key, std::string_view unix_time, std::string_view body) {
  const std::string signed_text = std::string(unix_time) + "." + std::string(body);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  const std::string& secret = key.reveal();
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), digest,
           &length) == nullptr)
    return {};
  return "v1=" + to_hex(std::string_view(reinterpret_cast<const char*>(digest), length));
}

}  // namespace secondlook
