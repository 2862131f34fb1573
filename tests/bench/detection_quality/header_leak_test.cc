#include "tests/bench/detection_quality/header_leak.h"

#include <catch2/catch.hpp>

#include "tests/bench/detection_quality/operating_point.h"

namespace secondlook {

TEST_CASE("the names of a mail's own header are read once each, without case") {
  CHECK(header_names(
            "From x@y.example Tue Mar  3 09:59:00 2026\nX-A: 1\nx-a: 2\nB:\n C: 3\n\nD: 4\n") ==
        HeaderNames{"x-a", "b"});
}

TEST_CASE("the name whose rates differ the most comes first") {
  const std::vector<HeaderNames> phish = {{"a", "b"}, {"a", "b"}, {"a"}, {"a"}};
  const std::vector<HeaderNames> ham = {{"a"}, {"c"}, {"c"}, {"c"}};
  const auto names = most_telling_names(phish, ham, 2);
  REQUIRE(names.size() == 2);
  CHECK(names[0].name == "a");  // and c, as different: in the order of names
  CHECK(names[0].in_phish == 1);
  CHECK(names[0].in_ham == 0.25);
  CHECK(names[1].name == "c");
}

TEST_CASE("a name that one class alone has tells every pair apart; the same names tell nothing") {
  const std::vector<HeaderNames> phish(10, {"from", "x-honeypot"}), ham(10, {"from"});
  const NamesJudge telling = judge_by_names(phish, ham);
  CHECK(pairs_told_apart(telling.phish_scores, telling.ham_scores) == 1);
  const NamesJudge blind = judge_by_names(ham, ham);
  CHECK(pairs_told_apart(blind.phish_scores, blind.ham_scores) == 0.5);
}

TEST_CASE("a name that only one mail has teaches nothing about that mail") {
  std::vector<HeaderNames> phish(10, {"from"}), ham(10, {"from"});
  phish[0].insert("x-once");
  const NamesJudge judge = judge_by_names(phish, ham);
  CHECK(judge.phish_scores[0] == judge.phish_scores[2]);
}

}  // namespace secondlook
