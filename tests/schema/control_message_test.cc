#include "schema/control_message.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

TEST_CASE("a control request comes back from its JSON as it was") {
  ControlRequest request;
  request.command = "retract";
  request.select.expression = {"from:a@b.example", "-subject:\"two words\""};
  request.select.message_id = "<id@b.example>";
  request.select.mailboxes = {"anna@corp.example"};
  request.select.all_tenants = true;
  request.select.last_id = 17;
  request.action = "recoverable";
  request.reason = "campaign\n\xFF";
  request.login = "operator";
  request.dry_run = true;
  request.false_positive = true;
  request.decision = "drop";
  request.address = "ben@corp.example";
  request.of = 12;
  const auto read = parse_control_request(to_json(request));
  REQUIRE(read);
  CHECK(to_json(*read) == to_json(request));
  CHECK(read->select.expression == request.select.expression);
  CHECK(read->select.last_id == 17);
  CHECK(read->of == 12);
  CHECK(read->reason == "campaign\n\xEF\xBF\xBD");
}

TEST_CASE("a request that names nothing to act on keeps its fields empty") {
  const auto request = parse_control_request(R"({"command":"status"})");
  REQUIRE(request);
  CHECK(request->command == "status");
  CHECK(request->select.expression.empty());
  CHECK_FALSE(request->select.last_id);
  CHECK_FALSE(request->dry_run);
}

TEST_CASE("a request without command or with wrong types is refused, never half understood") {
  CHECK(parse_control_request("{}").error().message == "request: command is missing");
  CHECK_FALSE(parse_control_request(R"({"command":"retract","select":[]})"));
  CHECK_FALSE(parse_control_request(R"({"command":"retract","select":{"last_id":"5"}})"));
  CHECK_FALSE(parse_control_request(R"({"command":"retract","dry_run":"yes"})"));
  CHECK_FALSE(parse_control_request(R"({"command":"retract","select":{"mailboxes":[1]}})"));
}

TEST_CASE("a failure keeps its kind and its message") {
  for (const auto kind : {Error::Kind::temporary, Error::Kind::malformed, Error::Kind::not_found,
                          Error::Kind::forbidden, Error::Kind::internal}) {
    const Error error = parse_failure(failure_to_json({kind, "because"}));
    CHECK(error.kind == kind);
    CHECK(error.message == "because");
  }
}

TEST_CASE("an answer that is no failure is an internal error with some reason") {
  CHECK(parse_failure("nonsense").kind == Error::Kind::internal);
  CHECK_FALSE(parse_failure("nonsense").message.empty());
  CHECK_FALSE(parse_failure("{}").message.empty());
}

}  // namespace
}  // namespace secondlook
