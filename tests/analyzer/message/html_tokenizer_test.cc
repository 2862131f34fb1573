#include "analyzer/message/html_tokenizer.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string tokens_of(std::string_view html) {
  HtmlTokenizer tokenizer(html);
  HtmlToken token;
  std::string text;
  while (tokenizer.next(token)) {
    switch (token.kind) {
      case HtmlToken::Kind::text: text += "T(" + std::string(token.text) + ")"; break;
      case HtmlToken::Kind::raw_text: text += "R(" + std::string(token.text) + ")"; break;
      case HtmlToken::Kind::comment: text += "C(" + std::string(token.text) + ")"; break;
      case HtmlToken::Kind::end_tag: text += "/" + token.name; break;
      case HtmlToken::Kind::start_tag:
        text += "<" + token.name;
        for (const HtmlAttribute& attribute : token.attributes) {
          text += " " + attribute.name + "=" + std::string(attribute.value);
        }
        text += ">";
        break;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("attributes come quoted, bare, empty and behind a slash") {
  CHECK(tokens_of("<A HREF=\"x\" b='y' c=z d>t</a >") == "<a href=x b=y c=z d=>T(t)/a");
  CHECK(tokens_of("<a/href=x>") == "<a href=x>");
  CHECK(tokens_of("<a\nhref\n=\n'x>y'>") == "<a href=x>y>");
  CHECK(tokens_of("<a href=x href=y>") == "<a href=x>");
  CHECK(tokens_of("<a href=>") == "<a href=>");
}

TEST_CASE("comments end where browsers end them") {
  CHECK(tokens_of("a<!-- b --> c") == "T(a)C( b )T( c)");
  CHECK(tokens_of("<!-->x") == "C()T(x)");
  CHECK(tokens_of("<!--->x") == "C()T(x)");
  CHECK(tokens_of("<!--a--!>x") == "C(a)T(x)");
  CHECK(tokens_of("<!--a--->x") == "C(a-)T(x)");
  CHECK(tokens_of("<!doctype html>x") == "C(doctype html)T(x)");
  CHECK(tokens_of("<?xml a>x</ >y") == "C(xml a)T(x)C( )T(y)");
}

TEST_CASE("script, style and their like hold no tags") {
  CHECK(tokens_of("<script>a<b></scriptx></SCRIPT >z") == "<script>R(a<b></scriptx>)/scriptT(z)");
  CHECK(tokens_of("<style></style>z") == "<style>/styleT(z)");
  CHECK(tokens_of("<title><a href=x></title>") == "<title>R(<a href=x>)/title");
  CHECK(tokens_of("<script>never closed <a href=x>") == "<script>R(never closed <a href=x>)");
}

TEST_CASE("a less-than sign that begins no tag is text") {
  CHECK(tokens_of("1 < 2 <3 <") == "T(1 < 2 <3 <)");
}

TEST_CASE("HTML cut at any place is tokenized to its end") {
  const std::string html =
      "<!doctype html><p class='a'>x<!-- c --><script>s</script><a/href=\"u\">l";
  for (std::size_t length = 0; length <= html.size(); ++length) {
    const std::string_view cut = std::string_view(html).substr(0, length);
    HtmlTokenizer tokenizer(cut);
    HtmlToken token;
    std::size_t count = 0;
    while (tokenizer.next(token)) ++count;
    CHECK(count <= length + 1);
  }
}
