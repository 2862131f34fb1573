#include "analyzer/scorer.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

RuleHit hit(double score, Disposition disposition) {
  return {"RULE", score, disposition, "", {}};
}

}  // namespace

TEST_CASE("a mail without hits is clean with a score of 0") {
  const Decision decision = decide({}, {});
  CHECK(decision.disposition == Disposition::clean);
  CHECK(decision.score == 0);
  CHECK(decision.scores.size() == 5);
}

TEST_CASE("stock rules, which count towards spam, never make a mail malicious") {
  const Decision decision = decide({hit(50, Disposition::spam)}, {});
  CHECK(decision.disposition == Disposition::spam);
  CHECK(decision.score == 50);
  CHECK(decision.scores.at("malicious") == 0);
  CHECK(decision.scores.at("spoof") == 0);
  CHECK(decision.scores.at("bulk") == 50);
}

TEST_CASE("what counts towards malicious also counts towards everything below it") {
  const Decision decision =
      decide({hit(4, Disposition::malicious), hit(3, Disposition::suspicious)}, {});
  CHECK(decision.scores.at("malicious") == 4);
  CHECK(decision.scores.at("suspicious") == 7);
  CHECK(decision.scores.at("bulk") == 7);
  CHECK(decision.disposition == Disposition::suspicious);
  CHECK(decision.score == 7);
}

TEST_CASE("the worst disposition that reaches its threshold decides, even with a smaller sum") {
  const Decision decision =
      decide({hit(10, Disposition::malicious), hit(9, Disposition::spam)}, {});
  CHECK(decision.disposition == Disposition::malicious);
  CHECK(decision.score == 10);
}

TEST_CASE("a negative score lowers its own sum and those below, never those above") {
  const Decision decision =
      decide({hit(10, Disposition::malicious), hit(-100, Disposition::spam)}, {});
  CHECK(decision.disposition == Disposition::malicious);
  CHECK(decision.scores.at("spoof") == 10);
  CHECK(decision.scores.at("spam") == -90);
}

TEST_CASE("ten times a tenth reaches a threshold of one") {
  Thresholds thresholds;
  thresholds.spam = 1;
  const std::vector<RuleHit> hits(10, hit(0.1, Disposition::spam));
  CHECK(decide(hits, thresholds).disposition == Disposition::spam);
}

TEST_CASE("a clean mail's score is its largest sum") {
  const Decision decision =
      decide({hit(2, Disposition::malicious), hit(-1, Disposition::spam)}, {});
  CHECK(decision.disposition == Disposition::clean);
  CHECK(decision.score == 2);
}
