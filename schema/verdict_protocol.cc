#include "schema/verdict_protocol.h"

#include <limits>

#include <nlohmann/json.hpp>

#include "schema/json_reader.h"
#include "schema/utf8_text.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

// Sequences are stored as signed 64-bit integers.
constexpr std::uint64_t kMostSequence = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kUuidText = 64;
constexpr std::size_t kShortText = 255;
constexpr std::size_t kAddressText = 998;
constexpr std::size_t kMostListed = 1'000'000;

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::uint32_t whole32(JsonReader& reader, std::string_view name) {
  return static_cast<std::uint32_t>(reader.whole(name, kMost32));
}

void insist_on(JsonReader& reader, std::string_view name, const std::string& value) {
  if (value.empty()) reader.complain(name, "is missing");
}

std::string one_text(const std::string& name, std::string_view text) {
  return one_line({{name, bounded_utf8(text, kShortText)}});
}

Result<std::string> read_one_text(std::string_view json, std::string_view what,
                                  std::string_view name) {
  auto document = JsonDocument::parse(json, what);
  if (!document) return document.error();
  std::string text = document->root().text(name, kShortText, TextKind::name);
  if (auto whole = document->finish(); !whole) return whole.error();
  return text;
}

}  // namespace

std::string to_json(const VerdictHello& hello) {
  return one_line({{"log", hello.log},
                   {"durable_sequence", hello.durable_sequence},
                   {"oldest_sequence", hello.oldest_sequence},
                   {"rule_set", bounded_utf8(hello.rule_set, kShortText)},
                   {"signatures", bounded_utf8(hello.signatures, kShortText)},
                   {"host_lists", bounded_utf8(hello.host_lists, kShortText)}});
}

Result<VerdictHello> parse_verdict_hello(std::string_view json) {
  auto document = JsonDocument::parse(json, "hello");
  if (!document) return document.error();
  JsonReader reader = document->root();
  VerdictHello hello{reader.text("log", kUuidText, TextKind::name),
                     reader.whole("durable_sequence", kMostSequence),
                     reader.whole("oldest_sequence", kMostSequence),
                     reader.text("rule_set", kShortText, TextKind::name),
                     reader.text("signatures", kShortText, TextKind::name),
                     reader.text("host_lists", kShortText, TextKind::name)};
  insist_on(reader, "log", hello.log);
  if (auto whole = document->finish(); !whole) return whole.error();
  return hello;
}

std::string to_json(const VerdictWelcome& welcome) {
  Json attempts = Json::array();
  for (const auto& attempt : welcome.attempts)
    attempts.push_back({{"sequence", attempt.sequence}, {"attempts", attempt.attempts}});
  return one_line({{"recorded", welcome.recorded},
                   {"recorded_above", welcome.recorded_above},
                   {"attempts", std::move(attempts)},
                   {"window", welcome.window}});
}

Result<VerdictWelcome> parse_verdict_welcome(std::string_view json) {
  auto document = JsonDocument::parse(json, "welcome");
  if (!document) return document.error();
  JsonReader reader = document->root();
  VerdictWelcome welcome;
  welcome.recorded = reader.whole("recorded", kMostSequence);
  welcome.recorded_above = reader.wholes("recorded_above", kMostListed);
  for (JsonReader& each : reader.objects("attempts", kMostListed))
    welcome.attempts.push_back({each.whole("sequence", kMostSequence), whole32(each, "attempts")});
  welcome.window = whole32(reader, "window");
  if (welcome.window == 0) reader.complain("window", "must be at least 1");
  if (auto whole = document->finish(); !whole) return whole.error();
  return welcome;
}

std::string to_json(const VerdictStamp& stamp) {
  return one_line({{"log", stamp.log},
                   {"sequence", stamp.sequence},
                   {"crc", stamp.crc},
                   {"attempt", stamp.attempt},
                   {"revision", stamp.revision},
                   {"tenant", bounded_utf8(stamp.tenant, kShortText)},
                   {"received_at", format_rfc3339(stamp.received_at)},
                   {"peer", bounded_utf8(stamp.peer, kShortText)},
                   {"mail_from", bounded_utf8(stamp.mail_from, kAddressText)},
                   {"tls_version", bounded_utf8(stamp.tls_version, kShortText)},
                   {"cause", bounded_utf8(stamp.cause, kShortText)},
                   {"companions", stamp.companions}});
}

Result<VerdictStamp> parse_verdict_stamp(std::string_view json) {
  auto document = JsonDocument::parse(json, "stamp");
  if (!document) return document.error();
  JsonReader reader = document->root();
  VerdictStamp stamp;
  stamp.log = reader.text("log", kUuidText, TextKind::name);
  stamp.sequence = reader.whole("sequence", kMostSequence);
  stamp.crc = whole32(reader, "crc");
  stamp.attempt = whole32(reader, "attempt");
  stamp.revision = whole32(reader, "revision");
  stamp.tenant = reader.text("tenant", kShortText);
  const auto received_at = parse_rfc3339(reader.text("received_at", kShortText));
  stamp.received_at = received_at.value_or(Timestamp{});
  stamp.peer = reader.text("peer", kShortText);
  stamp.mail_from = reader.text("mail_from", kAddressText);
  stamp.tls_version = reader.text("tls_version", kShortText);
  stamp.cause = reader.text("cause", kShortText, TextKind::name);
  stamp.companions = reader.wholes("companions", kMostCompanions);
  insist_on(reader, "log", stamp.log);
  if (stamp.sequence == 0) reader.complain("sequence", "must be at least 1");
  if (!received_at) reader.complain("received_at", "is no RFC 3339 time");
  if (auto whole = document->finish(); !whole) return whole.error();
  return stamp;
}

std::string recorded_to_json(const std::vector<std::uint64_t>& sequences) {
  return one_line({{"sequences", sequences}});
}

Result<std::vector<std::uint64_t>> parse_recorded(std::string_view json) {
  auto document = JsonDocument::parse(json, "recorded");
  if (!document) return document.error();
  auto sequences = document->root().wholes("sequences", kMostListed);
  if (auto whole = document->finish(); !whole) return whole.error();
  return sequences;
}

std::string progress_to_json(std::uint64_t durable_sequence) {
  return one_line({{"durable_sequence", durable_sequence}});
}

Result<std::uint64_t> parse_progress(std::string_view json) {
  auto document = JsonDocument::parse(json, "progress");
  if (!document) return document.error();
  const std::uint64_t sequence = document->root().whole("durable_sequence", kMostSequence);
  if (auto whole = document->finish(); !whole) return whole.error();
  return sequence;
}

std::string to_json(const JudgeAgain& request) {
  return one_line({{"sequence", request.sequence},
                   {"revision", request.revision},
                   {"cause", bounded_utf8(request.cause, kShortText)},
                   {"companions", request.companions}});
}

Result<JudgeAgain> parse_judge_again(std::string_view json) {
  auto document = JsonDocument::parse(json, "judge again");
  if (!document) return document.error();
  JsonReader reader = document->root();
  JudgeAgain request;
  request.sequence = reader.whole("sequence", kMostSequence);
  request.revision = whole32(reader, "revision");
  request.cause = reader.text("cause", kShortText, TextKind::name);
  request.companions = reader.wholes("companions", kMostCompanions);
  if (request.sequence == 0) reader.complain("sequence", "must be at least 1");
  if (request.revision == 0) reader.complain("revision", "must be at least 1");
  if (auto whole = document->finish(); !whole) return whole.error();
  return request;
}

std::string to_json(const NotJudged& answer) {
  return one_line({{"sequence", answer.sequence},
                   {"revision", answer.revision},
                   {"reason", bounded_utf8(answer.reason, kShortText)}});
}

Result<NotJudged> parse_not_judged(std::string_view json) {
  auto document = JsonDocument::parse(json, "not judged");
  if (!document) return document.error();
  JsonReader reader = document->root();
  NotJudged answer{reader.whole("sequence", kMostSequence), whole32(reader, "revision"),
                   reader.text("reason", kShortText)};
  if (auto whole = document->finish(); !whole) return whole.error();
  return answer;
}

std::string rules_to_json(std::string_view rule_set) {
  return one_text("rule_set", rule_set);
}

Result<std::string> parse_rules(std::string_view json) {
  return read_one_text(json, "rules", "rule_set");
}

std::string signatures_to_json(std::string_view signatures) {
  return one_text("signatures", signatures);
}

Result<std::string> parse_signatures(std::string_view json) {
  return read_one_text(json, "signatures", "signatures");
}

std::string host_lists_to_json(std::string_view digest) {
  return one_text("host_lists", digest);
}

Result<std::string> parse_host_lists(std::string_view json) {
  return read_one_text(json, "host lists", "host_lists");
}

}  // namespace secondlook
