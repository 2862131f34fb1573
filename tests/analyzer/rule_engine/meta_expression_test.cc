#include "analyzer/rule_engine/parser/meta_expression.h"

#include <map>

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/meta_order.h"

using namespace secondlook;

namespace {

double value_of(const std::string& text, const std::map<std::string, double>& rules = {}) {
  const Parsed<MetaExpression> parsed = parse_meta_expression(text);
  if (const auto* mistake = std::get_if<Mistake>(&parsed)) FAIL(mistake->message);
  const auto& meta = std::get<MetaExpression>(parsed);
  return meta.evaluate([&](std::size_t name) {
    const auto found = rules.find(meta.names()[name]);
    return found == rules.end() ? 0 : found->second;
  });
}

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
