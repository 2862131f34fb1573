#include "graph_client/graph_error.h"

#include <catch2/catch.hpp>

#include "tests/support/manual_clock.h"

namespace secondlook {

using namespace std::chrono_literals;
using Kind = GraphError::Kind;

namespace {

GraphError read(int status, std::string body, std::string retry_after = "") {
  HttpResponse answer;
  answer.status = status;
  answer.body = std::move(body);
  if (!retry_after.empty()) answer.headers["retry-after"] = retry_after;
  return read_graph_error(answer, "our-id", ManualClock().now());
}

GraphError read_code(int status, const std::string& code) {
  return read(status, R"({"error":{"code":")" + code + R"(","message":"m"}})");
}

struct Row {
  int status;
  const char* code;
  Kind kind;
};

}  // namespace

TEST_CASE("each status and code of Microsoft's table has its meaning") {
  for (const Row& row :
       std::initializer_list<Row>{{400, "ErrorInvalidIdMalformed", Kind::refused},
                                  {400, "RequestBroker--ParseUri", Kind::refused},
                                  {400, "BadRequest", Kind::refused},
                                  {400, "InefficientFilter", Kind::refused},
                                  {401, "InvalidAuthenticationToken", Kind::temporary},
                                  {403, "ErrorAccessDenied", Kind::forbidden},
                                  {403, "Authorization_RequestDenied", Kind::forbidden},
                                  {404, "ErrorItemNotFound", Kind::stale_id},
                                  {404, "ErrorFolderNotFound", Kind::stale_id},
                                  {404, "ErrorInvalidUser", Kind::no_such_mailbox},
                                  {404, "Request_ResourceNotFound", Kind::no_such_mailbox},
                                  {404, "ResourceNotFound", Kind::no_such_mailbox},
                                  {404, "MailboxNotEnabledForRESTAPI", Kind::unsupported_mailbox},
                                  {404, "MailboxNotSupportedForRESTAPI", Kind::unsupported_mailbox},
                                  {404, "extensionError", Kind::unsupported_mailbox},
                                  {403, "extensionError", Kind::unsupported_mailbox},
                                  {409, "ErrorIrresolvableConflict", Kind::conflict},
                                  {412, "ErrorIrresolvableConflict", Kind::conflict},
                                  {429, "ApplicationThrottled", Kind::throttled},
                                  {429, "TooManyRequests", Kind::throttled},
                                  {400, "ErrorTooManyObjectsOpened", Kind::throttled},
                                  {500, "ErrorMoveCopyFailed", Kind::temporary},
                                  {500, "ErrorInternalServerError", Kind::temporary},
                                  {502, "x", Kind::temporary},
                                  {503, "serviceNotAvailable", Kind::temporary},
                                  {504, "UnknownError", Kind::temporary},
                                  {509, "x", Kind::temporary},
                                  {507, "ErrorQuotaExceeded", Kind::quota},
                                  {418, "x", Kind::refused},
                                  {302, "x", Kind::refused}}) {
    CAPTURE(row.status, row.code);
    const GraphError error = read_code(row.status, row.code);
    CHECK(error.kind == row.kind);
    CHECK(error.status == row.status);
    CHECK(error.code == row.code);
  }
}

TEST_CASE("the known code inside an innerError decides over an unknown one outside") {
  const GraphError error = read(404, R"({"error":{"code":"UnknownError","message":"",
      "innerError":{"code":"x","innererror":{"code":"MailboxNotEnabledForRESTAPI",
      "request-id":"abc-1"}}}})");
  CHECK(error.kind == Kind::unsupported_mailbox);
  CHECK(error.code == "MailboxNotEnabledForRESTAPI");
  CHECK(error.message ==
        "HTTP 404 MailboxNotEnabledForRESTAPI, request-id abc-1, client-request-id our-id");
}

TEST_CASE("the server's wish to wait is handed on") {
  CHECK(read(429, "{}", "2.128").retry_after == 2128ms);
  const GraphError busy = read(503, "", "Sun, 22 Nov 2026 12:00:10 GMT");
  CHECK(busy.kind == Kind::throttled);
  CHECK(busy.retry_after == 10s);
  CHECK_FALSE(read(429, "{}").retry_after.has_value());
  CHECK_FALSE(read(429, "{}", "soon").retry_after.has_value());
}

TEST_CASE("an error's text holds neither Microsoft's message nor what could break a log line") {
  const GraphError error = read(400, R"({"error":{"code":"Bad\nRequest\u001b[2J",
      "message":"Subject: payroll","innerError":{"request-id":"a b\r\nc"}}})");
  CHECK(error.message == "HTTP 400 BadRequest2J, request-id abc, client-request-id our-id");
}

TEST_CASE("an error without a readable body is judged by its status") {
  for (const char* const body :
       {"", "<html>", "[]", "{}", R"({"error":7})", R"({"error":{"code":7}})",
        R"({"error":{"innerError":[]}})", "\xff"}) {
    CAPTURE(body);
    CHECK(read(404, body).kind == Kind::stale_id);
    CHECK(read(502, body).kind == Kind::temporary);
  }
}

TEST_CASE("a lost answer is temporary: the write may have taken effect") {
  const GraphError error = no_usable_answer("noAnswer", "timeout");
  CHECK(error.kind == Kind::temporary);
  CHECK(error.status == 0);
}

}  // namespace secondlook
