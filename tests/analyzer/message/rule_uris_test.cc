#include "analyzer/message/rule_uris.h"

#include <catch2/catch.hpp>

#include "analyzer/message/parsed_message.h"

using namespace secondlook;

namespace {

using Uris = std::vector<std::string>;

Uris in_text(std::string_view text) {
  RuleUris uris(1000);
  uris.add_from_text(text);
  return uris.take();
}
Uris of_target(std::string_view target, std::string_view base = {}) {
  RuleUris uris(1000);
  uris.add_target(target, base);
  return uris.take();
}

}  // namespace

TEST_CASE("URLs in text end before blanks, brackets and punctuation") {
  CHECK(in_text("see (http://a.com/x). <https://b.com/y>, \"ftp://c.com/z\"!") ==
        Uris{"ftp://c.com/z", "http://a.com/x", "https://b.com/y"});
  CHECK(in_text("xhttp://A.com/Path?q=1;") == Uris{"http://A.com/Path?q=1"});
  CHECK(in_text("http://a.com/(x)y http://a.com/q=") ==
        Uris{"http://a.com/(x)y", "http://a.com/q"});
}

TEST_CASE("hosts without a scheme count where their top-level domain exists") {
  CHECK(in_text("www.a.com, b.com/path, c.com:8080/x d.e.co.uk. ftp.a.com") ==
        Uris{"ftp://ftp.a.com", "http://b.com/path", "http://c.com:8080/x", "http://d.e.co.uk",
             "http://www.a.com"});
  CHECK(in_text("version 1.2.3, e.g. end.The http://localhost/x a.invalid/ run_me.sh").empty());
}

TEST_CASE("mail addresses in text are mailto URIs, with a question also without it") {
  CHECK(
      in_text("<me@a.com>, (you@b.org). mailto:we@c.net?subject=x") ==
      Uris{"mailto:me@a.com", "mailto:we@c.net", "mailto:we@c.net?subject=x", "mailto:you@b.org"});
  CHECK(in_text("me@a.com/path a@b@c.com").empty());
}

TEST_CASE("a target is there as written and in a plainer form") {
  CHECK(of_target(" http://f%6Fo.com:80/a%41%2f%20 ") ==
        Uris{"http://f%6Fo.com:80/a%41%2f%20", "http://foo.com/aA/%20"});
  CHECK(of_target("https:\\\\a.com\\y") == Uris{"https://a.com/y", "https:\\\\a.com\\y"});
  CHECK(of_target("http://2130706433?x") == Uris{"http://127.0.0.1/?x", "http://2130706433?x"});
  CHECK(of_target("a.com/x") == Uris{"a.com/x", "http://a.com/x"});
  CHECK(of_target("tel:123") == Uris{"tel:123"});
}

TEST_CASE("a URL inside another is a URI of its own, up to the next parameter") {
  CHECK(of_target("http://r.com/?u=http%3A%2F%2Fevil.com%2Fx&d=1") ==
        Uris{"http://evil.com/x", "http://r.com/?u=http%3A%2F%2Fevil.com%2Fx&d=1",
             "http://r.com/?u=http://evil.com/x&d=1"});
}

TEST_CASE("a relative target is there as written and as the base makes it") {
  CHECK(of_target("/x", "http://b.com/dir/") == Uris{"/x", "http://b.com/x"});
  CHECK(of_target("//img.com/b.png") ==
        Uris{"//img.com/b.png", "http:////img.com/b.png", "https://img.com/b.png"});
}

TEST_CASE("uri rules see the subject's and the text's URIs and the targets of HTML") {
  const ParsedMessage message = parse_message(
      "Subject: go to www.s.com\nContent-Type: text/html\n\n<a href='http://h.com'>b.com</a>");
  CHECK(message.rule_uris == Uris{"http://b.com", "http://h.com", "http://www.s.com"});
}

TEST_CASE("a URL nested in URLs a thousand times is followed three times") {
  std::string target;
  for (int i = 0; i < 1000; ++i) target += "http://a.com/?";
  CHECK(of_target(target).size() <= 8);
}

TEST_CASE("URIs beyond the limit are dropped") {
  RuleUris uris(10);
  for (int i = 0; i < 100; ++i) uris.add_target("http://a.com/" + std::to_string(i), {});
  CHECK(uris.is_full());
  CHECK(uris.take().size() == 10);
}

TEST_CASE("a line of a megabyte without a blank hides no URI behind it") {
  CHECK(in_text(std::string(1 << 20, 'a') + "/http://evil.com/x") == Uris{"http://evil.com/x"});
}

TEST_CASE("a hundred thousand links are as many URIs, not more") {
  std::string html = "Content-Type: text/html\n\n";
  for (int i = 0; i < 100'000; ++i) html += "<a href=http://a.com/" + std::to_string(i) + ">x</a>";
  const ParsedMessage message = parse_message(html);
  CHECK(message.rule_uris.size() <= 100'000);
  CHECK(message.rule_uris.size() > 90'000);
}
