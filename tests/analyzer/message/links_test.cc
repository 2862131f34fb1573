#include "analyzer/message/links.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string plain(std::string_view text) {
  std::vector<FoundLink> links;
  find_plain_links(text, "1", 1000, links);
  std::string found;
  for (const FoundLink& link : links) found += link.link.url + " ";
  return found;
}

}  // namespace

TEST_CASE("bare URLs are found in running text, without the punctuation behind them") {
  CHECK(plain("see http://a.example/x, (https://b.example/y(z)) and www.c.example.") ==
        "http://a.example/x https://b.example/y(z) http://www.c.example/ ");
  CHECK(plain("HTTPS://A.EXAMPLE/B <ftp://d.example/e>") ==
        "https://a.example/B ftp://d.example/e ");
  CHECK(plain("\"http://a.example/?q=1&r=2!\"") == "http://a.example/?q=1&r=2 ");
}

TEST_CASE("defanged and half-written URLs are left alone") {
  CHECK(plain("hxxp://a.example http:// www. xhttp://b.example awww.c.example http//d") == "");
}

TEST_CASE("Japanese text behind a URL is not part of it") {
  CHECK(plain("http://example.jp/login\xE3\x81\xB8") == "http://example.jp/login ");
  CHECK(plain("http://example.jp\xE3\x81\xB8") == "http://example.jp/ ");
  CHECK(plain("\xE3\x80\x8Chttp://example.jp\xE3\x80\x8D") == "http://example.jp/ ");
  CHECK(plain("http://b\xC3\xBC"
              "cher.example/x") == "http://xn--bcher-kva.example/x ");
}

TEST_CASE("a link text that is a URL or host of another domain is noticed") {
  CHECK(shows_other_host("https://www.bank.com/login", "evil.example"));
  CHECK(shows_other_host("www.bank.com", "evil.example"));
  CHECK(shows_other_host(" bank.co.jp/login ", "bank.evil.co.jp"));
  CHECK(shows_other_host("https://bank.com@x", "evil.example"));
}

TEST_CASE("a link text of the same domain, or that is no host, is not") {
  CHECK_FALSE(shows_other_host("https://www.bank.com/", "login.bank.com"));
  CHECK_FALSE(shows_other_host("bank.com", "www.bank.com"));
  for (const char* text : {"click here", "README.md", "invoice.zip", "a@bank.com", "node.js", "",
                           "3.14", "e.g.", "Visit bank.com today"}) {
    INFO(text);
    CHECK_FALSE(shows_other_host(text, "evil.example"));
  }
  CHECK_FALSE(shows_other_host("www.bank.com", ""));
}

TEST_CASE("HTML links carry part, kind, host and text") {
  const HtmlText html = render_html(
      "<a href='https://evil.example/x'>https://www.bank.com</a> or http://plain.example", 1000,
      10);
  std::vector<FoundLink> links;
  add_html_links(html, "1.2", 10, links);
  REQUIRE(links.size() == 2);
  CHECK(links[0].link.host == "evil.example");
  CHECK(links[0].link.text == "https://www.bank.com");
  CHECK(links[0].part == "1.2");
  CHECK(links[0].shows_other_host);
  CHECK(links[1].kind == FoundLink::Kind::plain_text);
  CHECK(links[1].link.url == "http://plain.example/");
  CHECK_FALSE(links[1].shows_other_host);
}

TEST_CASE("a hundred thousand links and endless brackets are read in one pass") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "http://a.example/" + std::to_string(i) + ")))) ";
  std::vector<FoundLink> links;
  find_plain_links(text, "1", 100'000, links);
  CHECK(links.size() == 100'000);
  CHECK(plain("http://a.example/" + std::string(1'000'000, ')')) == "http://a.example/ ");
}
