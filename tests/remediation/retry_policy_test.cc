#include "remediation/retry_policy.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

using namespace std::chrono_literals;
constexpr Timestamp kNow = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

Step step_after(std::uint32_t tries, std::chrono::seconds since_planned) {
  Step step;
  step.tries = tries;
  step.planned_at = kNow - since_planned;
  return step;
}

GraphError error_of(GraphError::Kind kind) {
  GraphError error;
  error.kind = kind;
  error.status = 400;
  error.code = "Code";
  return error;
}

}  // namespace

TEST_CASE("a mail that is not there yet is looked for on a schedule") {
  const std::vector<std::chrono::seconds> schedule = {5s, 15s, 30s, 60s, 120s, 300s, 900s, 900s};
  for (std::uint32_t tries = 0; tries < schedule.size(); ++tries) {
    const Step step = step_after(tries, 0s);
    const NextMove move = after_nothing_found(false, {step, kNow, 24h, 0});
    REQUIRE(move.try_at.has_value());
    CHECK(*move.try_at - kNow == schedule[tries]);
  }
}

TEST_CASE("the last look falls on the time to give up, and then it is over") {
  const Step late = step_after(6, 3590s);
  CHECK(after_nothing_found(false, {late, kNow, 1h, 0.5}).try_at == kNow + 10s);
  const Step over = step_after(7, 3600s);
  const NextMove none = after_nothing_found(false, {over, kNow, 1h, 0.5});
  CHECK_FALSE(none.try_at.has_value());
  CHECK(none.final_state == StepState::not_found);
  CHECK(after_nothing_found(true, {over, kNow, 1h, 0.5}).final_state == StepState::ambiguous_copy);
}

TEST_CASE("each error of Graph has its outcome") {
  struct Row {
    GraphError::Kind kind;
    std::uint32_t tries;
    bool again;
    StepState state;
  };
  using Kind = GraphError::Kind;
  const auto row =
      GENERATE(Row{Kind::throttled, 3, true, StepState::failed},
               Row{Kind::temporary, 3, true, StepState::failed},
               Row{Kind::conflict, 3, true, StepState::failed},
               Row{Kind::stale_id, 3, true, StepState::failed},
               Row{Kind::no_such_mailbox, 0, false, StepState::unsupported_mailbox},
               Row{Kind::unsupported_mailbox, 0, false, StepState::unsupported_mailbox},
               Row{Kind::forbidden, 0, true, StepState::forbidden},
               Row{Kind::forbidden, 1, false, StepState::forbidden},
               Row{Kind::quota, 0, false, StepState::failed},
               Row{Kind::refused, 0, false, StepState::failed});
  const Step step = step_after(row.tries, 10s);
  const NextMove move = after_graph_error(error_of(row.kind), {step, kNow, 1h, 0.5});
  CHECK(move.try_at.has_value() == row.again);
  CHECK(move.final_state == row.state);
  CHECK_FALSE(move.detail.empty());
}

TEST_CASE("Graph is asked again when it says, a little later for each") {
  GraphError error = error_of(GraphError::Kind::throttled);
  error.retry_after = 2128ms;
  const Step step = step_after(0, 10s);
  CHECK(after_graph_error(error, {step, kNow, 1h, 0}).try_at == kNow + 2128ms);
  const NextMove spread = after_graph_error(error, {step, kNow, 1h, 0.99});
  CHECK(*spread.try_at > kNow + 2128ms);
  CHECK(*spread.try_at < kNow + 3s);
}

TEST_CASE("an outage is waited out for a day, counted from the brake's release") {
  const GraphError error = error_of(GraphError::Kind::temporary);
  Step step = step_after(20, 25h);
  CHECK_FALSE(after_graph_error(error, {step, kNow, 1h, 0.5}).try_at.has_value());
  step.begun_at = kNow - 1h;
  const NextMove move = after_graph_error(error, {step, kNow, 1h, 0.99});
  REQUIRE(move.try_at.has_value());
  CHECK(*move.try_at - kNow <= 16min);
}

TEST_CASE("only a refusal is sure to have had no effect") {
  using Kind = GraphError::Kind;
  GraphError error = error_of(Kind::throttled);
  error.status = 429;
  CHECK_FALSE(may_have_taken_effect(error));
  error.status = 503;
  CHECK(may_have_taken_effect(error));
  for (const Kind kind : {Kind::temporary, Kind::stale_id, Kind::conflict})
    CHECK(may_have_taken_effect(error_of(kind)));
  for (const Kind kind : {Kind::forbidden, Kind::quota, Kind::refused, Kind::no_such_mailbox})
    CHECK_FALSE(may_have_taken_effect(error_of(kind)));
}

}  // namespace secondlook
