#include "schema/released_mail.h"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "schema/json_reader.h"
#include "schema/utf8_text.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLine = 998;
constexpr std::size_t kName = 255;
constexpr std::size_t kReason = 4096;

// Without what could steer a terminal or turn the reading direction (the mail was hostile enough to
// be removed once): C0, C1 and bidi controls.
std::string shown(std::string_view text) {
  std::string safe;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, utf8_character_length(text.substr(at)));
    const std::string_view character = text.substr(at, length);
    const bool is_control = static_cast<unsigned char>(character[0]) < 0x20 ||
                            character == "\x7F" ||
                            (length == 1 && static_cast<unsigned char>(character[0]) >= 0x80) ||
                            (character >= "\xC2\x80" && character <= "\xC2\x9F") ||
                            character == "\xD8\x9C" || character == "\xEF\xBB\xBF" ||
                            (character >= "\xE2\x80\x8B" && character <= "\xE2\x80\x8F") ||
                            (character >= "\xE2\x80\xA8" && character <= "\xE2\x80\xAE") ||
                            (character >= "\xE2\x81\xA0" && character <= "\xE2\x81\xAF");
    if (!is_control) safe += character;
    at += length;
  }
  return safe;
}

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string name_of(const ReleasedMail& mail) {
  const std::string sender = shown(mail.sender);
  return "message " + std::to_string(mail.id) + " \"" + shown(mail.subject) + "\" from " +
         (sender.empty() ? "an unknown sender" : sender) + " (" + shown(mail.message_id) +
         "), released " + mail.released_at;
}

std::string released_mail_file_name(std::int64_t id) {
  return std::to_string(id) + ".json";
}

std::string to_json(const ReleasedMail& mail) {
  return one_line({{"id", mail.id},
                   {"tenant", mail.tenant},
                   {"message_id", bounded_utf8(mail.message_id, kLine)},
                   {"sender", bounded_utf8(mail.sender, kLine)},
                   {"subject", bounded_utf8(mail.subject, kLine)},
                   {"rule_set", mail.rule_set},
                   {"released_at", mail.released_at},
                   {"released_by", bounded_utf8(mail.released_by, kLine)},
                   {"reason", bounded_utf8(mail.reason, kReason)},
                   {"packed", mail.packed}});
}

Result<ReleasedMail> parse_released_mail(std::string_view json) {
  auto document = JsonDocument::parse(json, "released mail");
  if (!document) return document.error();
  JsonReader reader = document->root();
  ReleasedMail mail;
  mail.id = reader.signed_whole("id", 1, std::numeric_limits<std::int64_t>::max()).value_or(0);
  mail.tenant = reader.text("tenant", kName, TextKind::name);
  mail.message_id = reader.text("message_id", kLine);
  mail.sender = reader.text("sender", kLine);
  mail.subject = reader.text("subject", kLine);
  mail.rule_set = reader.text("rule_set", kName, TextKind::name);
  mail.released_at = reader.text("released_at", kName, TextKind::name);
  mail.released_by = reader.text("released_by", kLine);
  mail.reason = reader.text("reason", kReason);
  mail.packed = reader.text("packed", ReleasedMail::kMostPacked, TextKind::name);
  if (mail.id == 0) reader.complain("id", "is missing");
  if (mail.packed.empty()) reader.complain("packed", "is missing");
  if (auto whole = document->finish(); !whole) return whole.error();
  return mail;
}

std::string to_json(const std::vector<AcceptedRuleSet>& accepted) {
  Json list = Json::array();
  const std::size_t first =
      accepted.size() > AcceptedRuleSet::kMost ? accepted.size() - AcceptedRuleSet::kMost : 0;
  for (std::size_t i = first; i < accepted.size(); ++i)
    list.push_back({{"rule_set", accepted[i].rule_set},
                    {"at", accepted[i].at},
                    {"by", bounded_utf8(accepted[i].by, kLine)},
                    {"reason", bounded_utf8(accepted[i].reason, kReason)}});
  return one_line({{"accepted", list}});
}

Result<std::vector<AcceptedRuleSet>> parse_accepted_rule_sets(std::string_view json) {
  auto document = JsonDocument::parse(json, "accepted rule sets");
  if (!document) return document.error();
  JsonReader reader = document->root();
  std::vector<AcceptedRuleSet> accepted;
  for (JsonReader& each : reader.objects("accepted", AcceptedRuleSet::kMost))
    accepted.push_back({each.text("rule_set", kName, TextKind::name),
                        each.text("at", kName, TextKind::name), each.text("by", kLine),
                        each.text("reason", kReason)});
  if (auto whole = document->finish(); !whole) return whole.error();
  return accepted;
}

}  // namespace secondlook
