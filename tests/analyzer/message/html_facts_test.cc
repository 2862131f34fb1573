#include "analyzer/message/html_facts.h"

#include <catch2/catch.hpp>

#include "analyzer/message/css_color.h"

using namespace secondlook;

TEST_CASE("colours are read in every notation of mail") {
  CHECK(parse_color("white") == 0xffffffU);
  CHECK(parse_color(" #ABC ") == 0xaabbccU);
  CHECK(parse_color("#12345") == 0x112233U);
  CHECK(parse_color("#1234567") == 0x123456U);
  CHECK(parse_color("rgb(1, 2, 300)") == 0x0102ffU);
  CHECK(parse_color("rgb(100%,0%,50%)") == 0xff007fU);
  for (const char* text : {"", "nosuchred", "ff0000", "rgb(1,2)", "rgb"}) {
    INFO(text);
    CHECK_FALSE(parse_color(text));
  }
  CHECK(is_low_contrast(0xfefefe, 0xffffff));
  CHECK_FALSE(is_low_contrast(0x000000, 0xffffff));
}

TEST_CASE("a heading cell's style says in which colour its text is, as a cell's does") {
  for (const std::string element : {"td", "th"}) {
    const std::string html = "<table><tr><" + element + " style='color:#fff'>x</" + element + ">";
    INFO(html);
    CHECK(count_html(html).low_contrast);
    CHECK_FALSE(count_html(html + "</tr></table>y").invalid_color);
  }
  CHECK_FALSE(count_html("<table><tr><th>x</th></tr></table>").low_contrast);
}

TEST_CASE("the length of an HTML source is counted in characters, wherever they stand") {
  std::string html;
  std::size_t characters = 0;
  for (const std::string character :
       {"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x93\xA7", "\xC3\xBC"}) {
    for (int i = 0; i < 9; ++i, ++characters) {
      CHECK(count_html(html).length == characters);
      html += character;
    }
  }
}

TEST_CASE("what stands in an HTML source is counted") {
  const HtmlFacts facts = count_html(
      "<!DOCTYPE html><html><head><title>One &amp; two</title><style>b{}</style></head><body>"
      "<a href='http://a.example/?x=1&amp;y=2'>go <img width=10 "
      "height='50%'></a><o:p>x</o:p></body>");
  CHECK(facts.inside.at("html") == 1);
  CHECK(facts.inside.at("body") == 0);
  CHECK(facts.inside.contains("!doctype"));
  CHECK(facts.titles == std::vector<std::string>{"One & two"});
  REQUIRE(facts.anchors.size() == 1);
  CHECK(facts.anchors[0].target == "http://a.example/?x=1&y=2");
  CHECK(facts.anchors[0].text == "go <img>\n");
  CHECK(facts.image_area == 10 * 300);
  CHECK(facts.tags == facts.elements);
  CHECK(facts.non_space == 7 + 2 + 1);
}

TEST_CASE("deep nesting and endless lists end in time and memory") {
  std::string html;
  for (int i = 0; i < 100'000; ++i) html += "<div style='color:red'><a href=x>y<!-- z --></b>";
  const HtmlFacts facts = count_html(html);
  CHECK(facts.anchors.size() == kMostHtmlFacts);
  CHECK(facts.comments.size() == kMostHtmlFacts);
  CHECK(facts.closed_extra == 100'000);
}
