#include "analyzer/message/rule_text.h"

#include <catch2/catch.hpp>

#include "analyzer/message/html_text.h"

using namespace secondlook;

namespace {

std::string paragraphs(std::string_view text) {
  std::string out;
  append_paragraphs(out, text);
  return out;
}

// What body rules see of an HTML part.
std::string of_html(std::string_view html) {
  return paragraphs(render_html(html, 4 << 20, 1000).for_rules);
}

}  // namespace

TEST_CASE("an empty line ends a paragraph, other line ends are blanks") {
  CHECK(paragraphs("one\ntwo  three\tfour\n\nfive\n  \nsix\n   seven") ==
        "one two three four\nfive\nsix seven");
  CHECK(paragraphs("end\n") == "end ");
  CHECK(paragraphs("a \n\n > b") == "a \n > b");
}

TEST_CASE("wide and no-break blanks are blanks, characters without width are not") {
  CHECK(paragraphs("a\xC2\xA0\xE3\x80\x80"
                   "b\n\xE3\x80\x80\nc") == "a b\nc");
  CHECK(paragraphs("pay\xE2\x80\x8Bpal") == "pay\xE2\x80\x8Bpal");
}

TEST_CASE("paragraphs, lines and cells of HTML part the text in three ways") {
  CHECK(of_html("a<p>b</p>c") == "a\nb\nc");
  CHECK(of_html("a<br>b<div>c</div>d") == "a b c d");
  CHECK(of_html("a<br><br>b<div>c</div><div>d</div>") == "a\nb c\nd ");
  CHECK(of_html("<td>a</td><td>b</td></tr><tr><td>c") == " a b c");
  CHECK(of_html("a<b>b</b><span>c</span><tr>d</tr><center>e</center>") == "abcde");
  CHECK(of_html("<title>t</title>x") == "\nt\nx");
}

TEST_CASE("line ends in HTML are blanks and vanish at the ends of a line") {
  CHECK(of_html("a\n\nb") == "a b");
  CHECK(of_html("one <p> two") == "one\ntwo");
  CHECK(of_html("x <br><br> <b> y</b>") == "x\n y");
  CHECK(of_html("a<td></p>b") == "a \nb");
  CHECK(of_html("a&nbsp;<br>&nbsp;<br>b") == "a\nb");
}

TEST_CASE("rules see hidden text, and neither comments, scripts nor styles") {
  CHECK(of_html("<span style='display:none'>hid</span>seen<!-- c --><script>s</script>"
                "<style>t</style><!--[if mso]>m<![endif]-->") == "hidseen");
}

TEST_CASE("curly quotes are straight, unless they are written as references") {
  CHECK(of_html("\xE2\x80\x9Cq\xE2\x80\x9D &ldquo;") == "\"q\" \xE2\x80\x9C");
}
