#include "schema/store/alerts/alert_value.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "schema/json_reader.h"
#include "schema/utf8_text.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestText = 1000;
constexpr std::size_t kMostFacts = 20;
constexpr std::size_t kMostRules = 5;

std::string bounded(const std::string& text) {
  return bounded_utf8(text, kLongestText);
}

std::int64_t number(Timestamp time) {
  return time.time_since_epoch().count();
}

Json sample_to_json(const AlertSample& sample) {
  Json rules = Json::array();
  for (const std::string& rule : sample.rules)
    if (rules.size() < kMostRules) rules.push_back(bounded(rule));
  return {{"message", sample.message},
          {"mailbox", bounded(sample.mailbox)},
          {"sender", bounded(sample.sender)},
          {"subject", bounded(sample.subject)},
          {"rules", std::move(rules)}};
}

Timestamp time_of(JsonReader& reader, std::string_view name) {
  const auto micros = reader.signed_whole(name, 0, INT64_MAX / 2);
  return Timestamp(std::chrono::microseconds(micros.value_or(0)));
}

}  // namespace

void merge_into(Alert& alert, const Alert& next) {
  alert.count += next.count;
  alert.first_at = std::min(alert.first_at, next.first_at);
  alert.last_at = std::max(alert.last_at, next.last_at);
  alert.severity = std::max(alert.severity, next.severity);
  alert.facts = next.facts;
  for (const AlertSample& sample : next.samples)
    if (alert.samples.size() < Alert::kMostSamples) alert.samples.push_back(sample);
  for (const std::int64_t message : next.messages)
    if (alert.messages.size() < Alert::kMostMessages &&
        std::find(alert.messages.begin(), alert.messages.end(), message) == alert.messages.end())
      alert.messages.push_back(message);
}

std::string to_json(const Alert& alert) {
  Json facts = Json::object();
  for (const auto& [name, value] : alert.facts)
    if (facts.size() < kMostFacts) facts[name] = bounded(value);
  Json samples = Json::array();
  for (const AlertSample& sample : alert.samples) samples.push_back(sample_to_json(sample));
  const Json object = {{"rule", alert.rule},
                       {"kind", std::string(name_of(alert.kind))},
                       {"severity", std::string(name_of(alert.severity))},
                       {"tenant", bounded(alert.tenant)},
                       {"resolved", alert.resolved},
                       {"count", alert.count},
                       {"first_at", number(alert.first_at)},
                       {"last_at", number(alert.last_at)},
                       {"japanese", alert.language == AlertLanguage::japanese},
                       {"facts", std::move(facts)},
                       {"samples", std::move(samples)},
                       {"messages", alert.messages}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Alert> parse_alert(std::string_view json) {
  auto document = JsonDocument::parse(json, "alert");
  if (!document) return document.error();
  JsonReader reader = document->root();
  Alert alert;
  alert.rule = reader.text("rule", kLongestText);
  const auto kind = parse_alert_kind(reader.text("kind", kLongestText));
  const auto severity = parse_alert_severity(reader.text("severity", kLongestText));
  if (!kind || !severity) return malformed("alert: unknown kind or severity");
  alert.kind = *kind;
  alert.severity = *severity;
  alert.tenant = reader.text("tenant", kLongestText);
  alert.resolved = reader.flag("resolved");
  alert.count = reader.whole("count", INT64_MAX);
  alert.first_at = time_of(reader, "first_at");
  alert.last_at = time_of(reader, "last_at");
  if (reader.flag("japanese")) alert.language = AlertLanguage::japanese;
  JsonReader facts = reader.object("facts");
  for (const std::string& name : facts.names(kMostFacts))
    alert.facts[name] = facts.text(name, kLongestText);
  for (JsonReader& one : reader.objects("samples", Alert::kMostSamples))
    alert.samples.push_back({one.signed_whole("message", 0, INT64_MAX).value_or(0),
                             one.text("mailbox", kLongestText), one.text("sender", kLongestText),
                             one.text("subject", kLongestText),
                             one.texts("rules", kMostRules, kLongestText)});
  for (const std::uint64_t message : reader.wholes("messages", Alert::kMostMessages))
    alert.messages.push_back(static_cast<std::int64_t>(message));
  if (auto read = document->finish(); !read) return read.error();
  return alert;
}

}  // namespace secondlook
