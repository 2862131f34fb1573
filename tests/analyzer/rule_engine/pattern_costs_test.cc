// The clock is the test's: what is checked is what is counted and in which order it comes.
#include "analyzer/rule_engine/pattern_costs.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/sample_texts.h"
#include "tests/analyzer/rule_engine/loaded_rules.h"

using namespace secondlook;

namespace {

// The pattern that is searched as number `place` takes times[place] nanoseconds.
std::vector<PatternCost> costs_of(const std::string& rules, const std::vector<std::uint64_t>& times,
                                  const std::vector<std::string>& texts) {
  const auto loaded = test::load_text(rules);
  REQUIRE(loaded);
  std::size_t asked = 0;
  std::uint64_t now = 0;
  return measure_patterns(*loaded->rules, texts, [&] {
    if (asked++ % 2 == 1) now += times.at(asked / 2 - 1);
    return now;
  });
}

}  // namespace

TEST_CASE("the dearest pattern comes first, by its time for each kilobyte that it searched") {
  const std::string text(1000, 'x');
  const auto costs = costs_of("body A /nowhere/\nbody B /no place/\nbody C /^x/\n",
                              {4'000, 9'000, 500}, {text, text});
  REQUIRE(costs.size() == 3);
  CHECK(costs[0].rule == "C");  // it stops after one byte of each text
  CHECK(costs[0].bytes == 2);
  CHECK(costs[1].rule == "B");
  CHECK(costs[1].bytes == 2'000);
  CHECK(costs[1].microseconds_per_kilobyte() == Approx(4.5));
  CHECK(costs[1].line == 2);
  CHECK(costs[2].rule == "A");
}

TEST_CASE("a pattern that gets lost in the sample is named before all others") {
  const auto costs = costs_of("body A_FINE /nowhere/\nbody B_LOST /^(?:a|aa)+[b-z]$/\n",
                              {1'000'000'000, 1}, sample_texts());
  REQUIRE(costs.size() == 2);
  CHECK(costs[0].rule == "B_LOST");
  CHECK(costs[0].reached_limit);
  CHECK_FALSE(costs[1].reached_limit);
}

TEST_CASE("rules that no score asks for are not measured, parts of metas are") {
  const auto costs = costs_of("body __LONELY /x/\nbody __PART /y/\nmeta A __PART\n", {5}, {"text"});
  REQUIRE(costs.size() == 1);
  CHECK(costs[0].rule == "__PART");
}

TEST_CASE("the sample is the same every time, in pieces no longer than a paragraph") {
  const std::vector<std::string> texts = sample_texts();
  CHECK(texts == sample_texts());
  CHECK(texts.size() > 250);
  CHECK(std::ranges::all_of(texts, [](const std::string& text) {
    return !text.empty() && text.size() <= kLongestSample;
  }));
  std::vector<std::string> pieces;
  add_pieces(std::string(5'000, 'x'), pieces);
  CHECK(pieces.size() == 3);
}
