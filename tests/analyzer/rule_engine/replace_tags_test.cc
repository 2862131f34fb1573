#include "analyzer/rule_engine/parser/replace_tags.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("a tag stands for its expression") {
  ReplaceTags tags;
  tags.tags = {{"A", "[a4]"}, {"B", "[b8]"}};
  CHECK(tags.expand("x<A><B>y") == "x[a4][b8]y");
  CHECK(tags.expand("<Unknown>(?<name>a)") == "<Unknown>(?<name>a)");
}

TEST_CASE("modifiers stand before, after and between tags") {
  ReplaceTags tags;
  tags.tags = {{"A", "a"}, {"B", "b"}};
  tags.before = {{"P", "\\b"}};
  tags.after = {{"P2", "{1,2}"}};
  tags.between = {{"W", "\\W?"}};
  CHECK(tags.expand("<inter W><A><B>") == "a\\W?b");
  CHECK(tags.expand("<post P2><A><B>") == "a{1,2}b{1,2}");
  CHECK(tags.expand("<pre P><A>") == "\\ba");
}

TEST_CASE("a tag that stands for itself ends, and no expansion grows without bound") {
  ReplaceTags tags;
  tags.tags = {{"A", "<A><A>"}};
  CHECK(tags.expand("<A>").size() < 1000);
  tags.tags["A"] = std::string(100'000, 'a') + "<A>";
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "<A>";
  CHECK(tags.expand(many).size() < 500'000);
}
