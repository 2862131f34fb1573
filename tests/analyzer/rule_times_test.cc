#include "analyzer/rule_times.h"

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/analyzer/rule_engine/loaded_rules.h"

using namespace secondlook;

namespace {

// A worker that measured one mail.
void add_in_child(RuleTimes& times, const RuleCosts& costs) {
  const pid_t child = ::fork();
  if (child == 0) {
    times.add(costs);
    ::_exit(0);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
}

}  // namespace

TEST_CASE("what workers measured the master reads, the dearest rules first") {
  const auto loaded = test::load_text("body CHEAP /a/\nbody DEAR /b/\nbody NEVER /c/\n");
  REQUIRE(loaded);
  auto times = RuleTimes::make(*loaded->rules);
  REQUIRE(times);
  CHECK((*times)->dearest().rules.empty());
  add_in_child(**times, {{}, {{1, 10}, {2, 500}, {0, 0}}, {}});
  add_in_child(**times, {{}, {{1, 20}, {1, 100}}, {{3, 7}}});  // the last: an eval function's
  const RuleTimeTable table = (*times)->dearest();
  CHECK(table.reports == 2);
  REQUIRE(table.rules.size() == 2);
  CHECK(table.rules[0].name == "DEAR");
  CHECK(table.rules[0].nanoseconds == 600);
  CHECK(table.rules[0].searches == 3);
  CHECK(table.rules[1].name == "CHEAP");
  CHECK(table.rules[1].nanoseconds == 37);
  CHECK(table.rules[1].searches == 5);
}

TEST_CASE("one mail in sixteen is measured, and more rules than there are change nothing") {
  const auto loaded = test::load_text("body ONE /a/\n");
  REQUIRE(loaded);
  auto times = RuleTimes::make(*loaded->rules);
  REQUIRE(times);
  int measured = 0;
  for (int i = 0; i < 160; ++i) measured += (*times)->is_turn() ? 1 : 0;
  CHECK(measured == 10);
  (*times)->add({{}, std::vector<RuleCosts::Cost>(1000, {1, 1}), {}});
  CHECK((*times)->dearest().rules.size() == 1);
}

TEST_CASE("a table has at most twenty rules") {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "body RULE_" + std::to_string(i) + " /a/\n";
  const auto loaded = test::load_text(text);
  REQUIRE(loaded);
  auto times = RuleTimes::make(*loaded->rules);
  REQUIRE(times);
  RuleCosts costs;
  for (std::uint64_t i = 0; i < 30; ++i) costs.costs.push_back({1, i + 1});
  (*times)->add(costs);
  const RuleTimeTable table = (*times)->dearest();
  REQUIRE(table.rules.size() == kMostRuleTimes);
  CHECK(table.rules.front().name == "RULE_29");
  CHECK(table.rules.back().nanoseconds == 11);
}
