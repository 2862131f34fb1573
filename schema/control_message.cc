#include "schema/control_message.h"

#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "schema/json_reader.h"
#include "schema/utf8_text.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostTerms = 1000;
constexpr std::size_t kMostMailboxes = 10'000;
constexpr std::size_t kLongText = 4096;
constexpr std::size_t kAddressText = 998;
constexpr std::size_t kShortText = 255;
constexpr std::size_t kLargestContent = 512 << 10;
constexpr std::array kKinds = {Error::Kind::temporary, Error::Kind::malformed,
                               Error::Kind::not_found, Error::Kind::forbidden,
                               Error::Kind::internal};

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json select_of(const CopySelection& select) {
  return {{"expression", select.expression},
          {"message_id", select.message_id},
          {"mailboxes", select.mailboxes},
          {"all_tenants", select.all_tenants},
          {"last_id", select.last_id ? Json(*select.last_id) : Json(nullptr)}};
}

CopySelection read_select(JsonReader reader) {
  CopySelection select;
  select.expression = reader.texts("expression", kMostTerms, kLongText);
  select.message_id = reader.text("message_id", kAddressText);
  select.mailboxes = reader.texts("mailboxes", kMostMailboxes, kAddressText);
  select.all_tenants = reader.flag("all_tenants");
  select.last_id = reader.signed_whole("last_id", 0, std::numeric_limits<std::int64_t>::max());
  return select;
}

}  // namespace

std::string to_json(const ControlRequest& request) {
  return one_line({{"command", request.command},
                   {"select", select_of(request.select)},
                   {"action", request.action},
                   {"reason", request.reason},
                   {"login", request.login},
                   {"dry_run", request.dry_run},
                   {"false_positive", request.false_positive},
                   {"decision", request.decision},
                   {"address", request.address},
                   {"rule_set", request.rule_set},
                   {"of", request.of ? Json(*request.of) : Json(nullptr)},
                   {"tenant", request.tenant},
                   {"content", request.content},
                   {"line", request.line},
                   {"whole", request.whole},
                   {"accept_shrinking", request.accept_shrinking}});
}

Result<ControlRequest> parse_control_request(std::string_view json) {
  auto document = JsonDocument::parse(json, "request");
  if (!document) return document.error();
  JsonReader reader = document->root();
  ControlRequest request;
  request.command = reader.text("command", kShortText, TextKind::name);
  request.select = read_select(reader.object("select"));
  request.action = reader.text("action", kShortText, TextKind::name);
  request.reason = reader.text("reason", kLongText);
  request.login = reader.text("login", kShortText);
  request.dry_run = reader.flag("dry_run");
  request.false_positive = reader.flag("false_positive");
  request.decision = reader.text("decision", kShortText, TextKind::name);
  request.address = reader.text("address", kAddressText);
  request.rule_set = reader.text("rule_set", kShortText, TextKind::name);
  request.of = reader.signed_whole("of", 0, std::numeric_limits<std::int64_t>::max());
  request.tenant = reader.text("tenant", kShortText);
  request.content = reader.text("content", kLargestContent);
  request.line = reader.whole("line", std::numeric_limits<std::int64_t>::max());
  request.whole = reader.flag("whole");
  request.accept_shrinking = reader.flag("accept_shrinking");
  if (request.command.empty()) reader.complain("command", "is missing");
  if (auto whole = document->finish(); !whole) return whole.error();
  return request;
}

std::string failure_to_json(const Error& error) {
  return one_line(
      {{"kind", name_of(error.kind)}, {"message", bounded_utf8(error.message, kLongText)}});
}

Error parse_failure(std::string_view json) {
  auto document = JsonDocument::parse(json, "failure");
  if (!document) return internal("the service answered with an error that cannot be read");
  JsonReader reader = document->root();
  const std::string kind = reader.text("kind", kShortText);
  Error error = internal(reader.text("message", kLongText));
  for (const Error::Kind each : kKinds)
    if (kind == name_of(each)) error.kind = each;
  if (error.message.empty()) error.message = "the service gave no reason";
  return error;
}

}  // namespace secondlook
