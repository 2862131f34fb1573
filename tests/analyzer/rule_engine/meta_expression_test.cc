#include "analyzer/rule_engine/parser/meta_expression.h"

#include <map>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/meta_order.h"

using namespace secondlook;

namespace {

MetaExpression meta_of(const std::string& text) {
  const Parsed<MetaExpression> parsed = parse_meta_expression(text);
  if (const auto* mistake = std::get_if<Mistake>(&parsed)) FAIL(mistake->message);
  return std::get<MetaExpression>(parsed);
}

using Ranges = std::map<std::string, ValueRange>;

// What is asked for next, "" when nothing is, and the range.
std::pair<std::string, ValueRange> answer_of(const MetaExpression& meta, const Ranges& known) {
  std::vector<ValueRange> values;
  std::vector<std::size_t> places;
  for (const std::string& name : meta.names()) {
    const auto found = known.find(name);
    places.push_back(found == known.end() ? MetaExpression::kNothing : values.size());
    if (found != known.end()) values.push_back(found->second);
  }
  const MetaExpression::Answer answer = meta.answer(places, values);
  const bool asks = answer.ask != MetaExpression::kNothing;
  return {asks ? meta.names()[answer.ask] : "", answer.range};
}

double value_of(const std::string& text, const std::map<std::string, double>& rules = {}) {
  Ranges known;
  for (const auto& [name, value] : rules) known[name] = ValueRange::of(value);
  const auto [ask, range] = answer_of(meta_of(text), known);
  CHECK(ask.empty());
  CHECK(range.is_known());
  return range.low;
}

constexpr ValueRange kOpen = {0, 1};

std::size_t place_of_mistake(const std::string& text) {
  const Parsed<MetaExpression> parsed = parse_meta_expression(text);
  REQUIRE(std::holds_alternative<Mistake>(parsed));
  return std::get<Mistake>(parsed).offset;
}

}  // namespace

TEST_CASE("a meta binds as Perl does") {
  CHECK(value_of("1 + 2 * 3") == 7);
  CHECK(value_of("(1 + 2) * 3") == 9);
  CHECK(value_of("8 - 2 - 1") == 5);
  CHECK(value_of("!A && B", {{"B", 1}}) == 1);
  CHECK(value_of("1 || 0 && 0") == 1);
  CHECK(value_of("2 > 1 == 1") == 1);
  CHECK(value_of("-2 + 3") == 1);
  CHECK(value_of("1 != 1") == 0);
}

TEST_CASE("a meta may count the hits of its parts") {
  CHECK(value_of("(A + B + C) > 2", {{"A", 2}, {"B", 1}}) == 1);
  CHECK(value_of("(A + B + C) >= 4", {{"A", 2}, {"B", 1}}) == 0);
}

TEST_CASE("and and or give the value that decided, as in Perl") {
  CHECK(value_of("A && B", {{"A", 1}, {"B", 5}}) == 5);
  CHECK(value_of("A || B", {{"A", 3}, {"B", 5}}) == 3);
}

TEST_CASE("a division by nothing is nothing") {
  CHECK(value_of("1 / A") == 0);
}

TEST_CASE("what cannot change the answer is not asked for") {
  const auto ask = [](const std::string& text, const Ranges& known) {
    return answer_of(meta_of(text), known).first;
  };
  CHECK(ask("A && B", {{"A", kOpen}, {"B", ValueRange::of(0)}}).empty());
  CHECK(ask("A || B", {{"A", ValueRange::of(2)}, {"B", kOpen}}).empty());
  CHECK(ask("A && B", {{"A", {1, 3}}, {"B", kOpen}}) == "B");
  CHECK(ask("!(A || B) && C", {{"A", {1, 9}}, {"B", kOpen}, {"C", kOpen}}).empty());
  CHECK(ask("(A + B + C) > 2", {{"A", kOpen}, {"B", kOpen}, {"C", ValueRange::of(0)}}).empty());
  CHECK(ask("(A + B + C) > 1", {{"A", kOpen}, {"B", kOpen}, {"C", ValueRange::of(0)}}) == "A");
  CHECK(ask("(A + B) >= 1", {{"A", {1, 1e9}}, {"B", kOpen}}).empty());
  CHECK(ask("A * B", {{"A", ValueRange::of(0)}, {"B", {0, 1e9}}}).empty());
  CHECK(ask("-A < 1", {{"A", {0, 1e9}}}).empty());
}

TEST_CASE("answered part by part, a meta has the value that it has with all parts known") {
  const std::vector<std::string> texts = {
      "A && !B && (C || D)", "(A + B + C + D) > 2",   "A || B && C || D",
      "A * B - C / D",       "!(A + B) == (C > D)",   "(A - B) * (C - D)",
      "A / (B - C) + D",     "-A + B >= C * D",       "A && B || C && !D",
      "(A || B) + (C || D)", "(A && B) * 3 != C + D", "!A && !B && !(C && D)"};
  const std::vector<double> possible = {0, 1, 3};
  for (const std::string& text : texts) {
    INFO(text);
    const MetaExpression meta = meta_of(text);
    for (std::size_t i = 0; i < 81; ++i) {
      Ranges all, known;
      std::size_t left = i;
      for (const std::string& name : meta.names()) {
        all[name] = ValueRange::of(possible[left % 3]);
        known[name] = {0, 3};
        left /= 3;
      }
      auto [ask, range] = answer_of(meta, known);
      for (std::size_t asked = 0; !ask.empty(); ++asked) {
        REQUIRE(asked < meta.names().size());
        known[ask] = all[ask];
        const ValueRange before = range;
        std::tie(ask, range) = answer_of(meta, known);
        CHECK((before.low <= range.low && range.high <= before.high));
      }
      CHECK(range == answer_of(meta, all).second);
    }
  }
}

TEST_CASE("a meta knows the parts without which it is 0") {
  const auto needed = [](const std::string& text) {
    const MetaExpression meta = meta_of(text);
    std::string names;
    for (const std::size_t name : meta.needed()) names += meta.names()[name] + " ";
    return names;
  };
  CHECK(needed("A && !B && C && (D > 1)") == "A C D ");
  CHECK(needed("A || B").empty());
  CHECK(needed("!A").empty());
  CHECK(needed("A + B > 1").empty());
  CHECK(needed("A > -1").empty());
  CHECK(needed("A >= 0").empty());
  CHECK(needed("A == 0").empty());
  CHECK(needed("A < 3").empty());
  CHECK(needed("A - 1 > -3").empty());
  CHECK(needed("A >= 2 && B == 3 && C * 5") == "A B C ");
  CHECK(needed("A && (B || C) && 1 > D") == "A ");
}

TEST_CASE("numbers without end are nothing that could be asked for for ever") {
  const std::string huge(300, '9');
  CHECK(value_of("(" + huge + " * " + huge + ") - (" + huge + " * " + huge + ")") == 0);
  CHECK(value_of("(" + huge + " * " + huge + ") > 1") == 1);
}

TEST_CASE("a broken meta says where it is broken") {
  CHECK(place_of_mistake("A && ") == 5);
  CHECK(place_of_mistake("(A && B") == 7);
  CHECK(place_of_mistake("A B") == 2);
  CHECK(place_of_mistake("A && %") == 5);
  CHECK(place_of_mistake("A && 3x") == 5);
  CHECK(place_of_mistake(std::string(5000, '(')) > 0);
}

TEST_CASE("metas are put in an order in which every part comes first") {
  // 0 asks for 1 and 2, 2 asks for 1, 3 for nothing.
  const MetaOrder ordered = order_metas({{1, 2}, {}, {1}, {}});
  CHECK(ordered.cycle.empty());
  CHECK(ordered.order == std::vector<std::size_t>{1, 3, 2, 0});
}

TEST_CASE("a circle of metas is named, without those who only lead to it") {
  // 0 -> 1 -> 2 -> 1
  CHECK(order_metas({{1}, {2}, {1}}).cycle == std::vector<std::size_t>{1, 2});
  CHECK(order_metas({{0}}).cycle == std::vector<std::size_t>{0});
}
