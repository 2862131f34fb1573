#include "tests/bench/detection_quality/rule_worth.h"

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/compiled_rules.h"

namespace secondlook {
namespace {

RuleHit hit_of(const std::string& rule, double score, Disposition disposition) {
  RuleHit hit;
  hit.rule = rule;
  hit.score = score;
  hit.disposition = disposition;
  return hit;
}

LabelledMail phish() {
  LabelledMail mail;
  mail.is_phish = true;
  return mail;
}

LabelledMail modern_ham() {
  LabelledMail mail;
  mail.is_modern_ham = true;
  return mail;
}

RuleWorth worth_of(const std::vector<RuleWorth>& all, const std::string& rule) {
  for (const RuleWorth& worth : all)
    if (worth.rule == rule) return worth;
  return {};
}

}  // namespace

TEST_CASE("a rule decides where its score alone lifts a mail above the threshold") {
  JudgedMail by_one, by_either;
  by_one.disposition = by_either.disposition = Disposition::suspicious;
  by_one.hits = {hit_of("STRONG", 6, Disposition::suspicious),
                 hit_of("WEAK", 1, Disposition::spam)};
  by_either.hits = {hit_of("STRONG", 6, Disposition::suspicious),
                    hit_of("OTHER", 6, Disposition::suspicious)};
  const auto worth = weigh_rules({}, {phish(), phish(), modern_ham()}, {by_one, by_either, by_one});
  CHECK(worth_of(worth, "STRONG").in_phish == 2);
  CHECK(worth_of(worth, "STRONG").decides_phish == 1);
  CHECK(worth_of(worth, "STRONG").in_modern_ham == 1);
  CHECK(worth_of(worth, "STRONG").decides_ham == 1);
  CHECK(worth_of(worth, "OTHER").decides_phish == 0);
  CHECK(worth_of(worth, "WEAK").decides_phish == 0);
}

TEST_CASE("a rule that never hits is listed with nothing") {
  CompiledRules rules;
  rules.rules.emplace_back();
  rules.rules.back().definition.name = "SILENT";
  const auto worth = weigh_rules(rules, {phish()}, {JudgedMail{}});
  REQUIRE(worth.size() == 1);
  CHECK(worth[0].rule == "SILENT");
  CHECK(worth[0].in_phish == 0);
}

TEST_CASE("precision and lift: a rule that hits both classes alike tells nothing") {
  RuleWorth worth;
  worth.in_phish = 10;
  worth.in_modern_ham = 20;
  CHECK(worth.precision() == Approx(1.0 / 3));
  CHECK(worth.lift(100, 200) == Approx(1));
  worth.in_modern_ham = 0;
  CHECK(worth.precision() == 1);
  CHECK(worth.lift(100, 200) == Approx(3));
}

}  // namespace secondlook
