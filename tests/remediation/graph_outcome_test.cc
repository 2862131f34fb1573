// Microsoft's error table, from the wire to the outcome of a step: what a status and a code lead
// to.
#include <catch2/catch.hpp>

#include "graph_client/graph_error.h"
#include "remediation/retry_policy.h"

namespace secondlook {

namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow{std::chrono::hours(500'000)};

// What becomes of a step whose request got such an answer.
enum class Outcome {
  again,        // tried again, for a day at most
  second_look,  // once more, then `forbidden`
  forbidden,
  unsupported_mailbox,
  failed
};

struct Row {
  int status;
  const char* code;
  Outcome outcome;
  bool look_first;  // a write that got it may have taken effect: search before repeating
};

constexpr Row kTable[] = {
    {400, "ErrorInvalidIdMalformed", Outcome::failed, false},
    {400, "RequestBroker--ParseUri", Outcome::failed, false},
    {400, "BadRequest", Outcome::failed, false},
    {400, "InefficientFilter", Outcome::failed, false},
    {401, "InvalidAuthenticationToken", Outcome::again, true},
    {403, "ErrorAccessDenied", Outcome::second_look, false},
    {403, "Authorization_RequestDenied", Outcome::forbidden, false},
    {404, "ErrorItemNotFound", Outcome::again, true},
    {404, "ErrorFolderNotFound", Outcome::again, true},
    {404, "ErrorInvalidUser", Outcome::unsupported_mailbox, false},
    {404, "Request_ResourceNotFound", Outcome::unsupported_mailbox, false},
    {404, "ResourceNotFound", Outcome::unsupported_mailbox, false},
    {404, "MailboxNotEnabledForRESTAPI", Outcome::unsupported_mailbox, false},
    {404, "MailboxNotSupportedForRESTAPI", Outcome::unsupported_mailbox, false},
    {404, "extensionError", Outcome::unsupported_mailbox, false},
    {403, "extensionError", Outcome::unsupported_mailbox, false},
    {409, "ErrorIrresolvableConflict", Outcome::again, true},
    {412, "ErrorIrresolvableConflict", Outcome::again, true},
    {429, "ApplicationThrottled", Outcome::again, false},
    {429, "TooManyRequests", Outcome::again, false},
    {429, "ErrorTooManyObjectsOpened", Outcome::again, false},
    {500, "ErrorMoveCopyFailed", Outcome::again, true},
    {500, "ErrorInternalServerError", Outcome::again, true},
    {502, "", Outcome::again, true},
    {503, "serviceNotAvailable", Outcome::again, true},
    {504, "UnknownError", Outcome::again, true},
    {509, "", Outcome::again, true},
    {507, "ErrorQuotaExceeded", Outcome::failed, false}};

NextMove move_after(const GraphError& error, std::uint32_t tries) {
  Step step;
  step.planned_at = kNow;
  step.tries = tries;
  return after_graph_error(error, {step, kNow + 1min, 1h, 0.5});
}

Outcome outcome_of(const GraphError& error) {
  const NextMove first = move_after(error, 0);
  const NextMove later = move_after(error, 1);
  if (first.try_at && later.try_at) return Outcome::again;
  if (first.try_at) {
    CHECK(later.final_state == StepState::forbidden);
    return Outcome::second_look;
  }
  switch (first.final_state) {
    case StepState::forbidden: return Outcome::forbidden;
    case StepState::unsupported_mailbox: return Outcome::unsupported_mailbox;
    default: return Outcome::failed;
  }
}

}  // namespace

TEST_CASE("each status and code of Microsoft's table has its outcome") {
  for (const Row& row : kTable) {
    CAPTURE(row.status, row.code);
    HttpResponse answer;
    answer.status = row.status;
    answer.body = R"({"error":{"code":")" + std::string(row.code) + R"(","message":"m"}})";
    const GraphError error = read_graph_error(answer, "id", kNow);
    CHECK(outcome_of(error) == row.outcome);
    CHECK(may_have_taken_effect(error) == row.look_first);
    CHECK(move_after(error, 0).detail.find(std::to_string(row.status)) != std::string::npos);
  }
}

TEST_CASE("what our own limits refused never took effect, and comes again when they say") {
  GraphError error;
  error.kind = GraphError::Kind::throttled;
  error.was_sent = false;
  error.code = "circuitOpen";
  error.retry_after = 90s;
  CHECK_FALSE(may_have_taken_effect(error));
  CHECK(move_after(error, 3).try_at >= kNow + 1min + 90s);
  error.kind = GraphError::Kind::temporary;  // no token
  CHECK_FALSE(may_have_taken_effect(error));
  CHECK(outcome_of(error) == Outcome::again);
}

TEST_CASE("an answer that was lost, or a 503 with its wait, may hide an effect") {
  CHECK(may_have_taken_effect(no_usable_answer("noAnswer", "timeout")));
  HttpResponse answer;
  answer.status = 503;
  answer.headers["retry-after"] = "5";
  CHECK(may_have_taken_effect(read_graph_error(answer, "id", kNow)));
}

}  // namespace secondlook
