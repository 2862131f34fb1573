#include "analyzer/message/html_elements.h"

#include <set>

#include <catch2/catch.hpp>

#include "analyzer/message/byte_set.h"

namespace secondlook {
namespace {

TEST_CASE("an element's name says how its tags are read") {
  CHECK(html_element("div").has(HtmlTrait::block));
  CHECK(html_element("div").has(HtmlTrait::line_gap));
  CHECK_FALSE(html_element("div").has(HtmlTrait::no_end));
  CHECK(html_element("br").has(HtmlTrait::no_end));
  CHECK(html_element("title").has(HtmlTrait::raw_text));
  CHECK(html_element("x-tab").has(HtmlTrait::html4));
  CHECK(html_element("section").has(HtmlTrait::block));
  CHECK_FALSE(html_element("section").has(HtmlTrait::html4));
  CHECK_FALSE(html_element("noscript").has(HtmlTrait::raw_text));
}

TEST_CASE("names that say nothing have no number, those that do have each their own") {
  for (const char* name : {"", "ahref", "o:p", "DIV", "divv", "blockquoted"}) {
    INFO(name);
    CHECK(html_element(name).number == 0);
    CHECK(html_element(name).traits == 0);
  }
  std::set<int> numbers;
  for (const char* name : {"a", "b", "i", "p", "td", "th", "tr", "h1", "h2", "embed", "figure"})
    numbers.insert(html_element(name).number);
  CHECK(numbers.size() == 11);
  CHECK_FALSE(numbers.contains(0));
}

TEST_CASE("a set of bytes finds its first member, and the first that is none") {
  constexpr ByteSet kBlanks(" \t\xFF");
  CHECK(kBlanks.find_in("ab c ") == 2);
  CHECK(kBlanks.find_in("ab c ", 3) == 4);
  CHECK(kBlanks.find_in("abc") == 3);
  CHECK(kBlanks.find_in("", 7) == 0);
  CHECK(kBlanks.find_outside(" \t\xFFz") == 3);
  CHECK(kBlanks.find_outside("   ") == 3);
}

}  // namespace
}  // namespace secondlook
