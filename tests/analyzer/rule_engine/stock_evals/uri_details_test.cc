#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/loaded_rules.h"
#include "tests/analyzer/rule_engine/stock_evals/hits_on_mail.h"

using namespace secondlook;
using test::hits_on;

namespace {

const std::string kShop =
    "Content-Type: text/html\n\n"
    "<p>see www.plain.example.org/x</p>\n"
    "<a href=\"http://shop.example%2Ecom/go\">https://bank.example.net</a>\n"
    "<img src=\"http://pictures.example.org/a.png\">\n"
    "<a href=\"http://other.example.net/\"><img src=\"cid:1\"></a>\n";

std::string hit(const std::string& conditions, const std::string& mail = kShop) {
  return hits_on("uri_detail HIT " + conditions + "\n", mail);
}

}  // namespace

TEST_CASE("each key of a uri_detail rule looks at its side of a link") {
  CHECK(hit("raw =~ /example%2Ecom/") == "HIT");
  CHECK(hit("raw =~ /example\\.com/") == "");
  CHECK(hit("cleaned =~ m{^http://shop\\.example\\.com/go$}") == "HIT");
  CHECK(hit("domain =~ /^example\\.com$/") == "HIT");
  CHECK(hit("host =~ /^shop\\.example\\.com$/") == "HIT");
  CHECK(hit("host =~ /^bank/") == "HIT");
  CHECK(hit("text =~ /bank/i") == "HIT");
  CHECK(hit("text =~ /plain/") == "");
  CHECK(hit("type =~ /^img$/") == "HIT");
  CHECK(hit("type =~ /^form$/") == "");
}

TEST_CASE("all conditions of a uri_detail rule must hold for one and the same link") {
  CHECK(hit("domain =~ /^example\\.com$/ type =~ /^a$/ text =~ /^https:/") == "HIT");
  CHECK(hit("domain =~ /^example\\.com$/  type =~ /^img$/") == "");
  CHECK(hit("text =~ /\\bhttps:/  cleaned !~ /^https:/") == "HIT");
  CHECK(hit("type =~ /^parsed$/ host =~ /^www\\.plain\\./") == "HIT");
  CHECK(hit("type =~ /^a$/ text =~ /<img>/ domain =~ /^example\\.net$/") == "HIT");
}

TEST_CASE("a key without words holds for no link, not even negated") {
  CHECK(hit("type =~ /^img$/ text !~ /x/") == "");
  CHECK(hit("raw !~ /x/", "Content-Type: text/html\n\n<a href=\"#top\">up</a>\n") == "");
}

TEST_CASE(
    "a relative link is seen as it leads, and of two conditions on one key the later counts") {
  const std::string mail =
      "Content-Type: text/html\n\n"
      "<base href=\"http://a.example.org/d/\"><a href=\"e\">text</a>\n";
  CHECK(hit("raw =~ m{^http://a\\.example\\.org/d/e$} text =~ /^text$/", mail) == "HIT");
  CHECK(hit("raw =~ /nowhere/ raw =~ /example/", mail) == "HIT");
}

TEST_CASE("a meta may stand over uri_detail rules") {
  CHECK(hits_on("uri_detail __A type =~ /^img$/\nuri_detail __B type =~ /^form$/\n"
                "meta BOTH __A && !__B\n",
                kShop) == "BOTH");
}

TEST_CASE("a uri_detail line that is no list of conditions is refused with its column") {
  const auto refused = [](const std::string& test) {
    const Result<LoadedRules> loaded = test::load_text("uri_detail A " + test + "\n");
    REQUIRE_FALSE(loaded);
    const std::string& message = loaded.error().message;
    return message.substr(message.find("test.cf:") + 8);
  };
  CHECK(refused("path =~ /x/").starts_with("1:14: expected raw, type, cleaned, text"));
  CHECK(refused("raw ~ /x/").starts_with("1:18: expected =~ or !~ after \"raw\""));
  CHECK(refused("raw =~ /x/ host =~ /(/").starts_with("1:35: bad pattern"));
  CHECK(refused("").starts_with("1:13: expected raw"));
}

TEST_CASE("a mail of more links than are looked at says so where a rule found nothing") {
  std::string mail = "Content-Type: text/html\n\n";
  for (int i = 0; i < 20'001; ++i)
    mail += "<a href=\"http://a" + std::to_string(i) + ".example.org\">";
  const Result<LoadedRules> loaded =
      test::load_text("uri_detail ABSENT host =~ /nowhere/\nuri_detail THERE host =~ /^a1\\./\n");
  REQUIRE(loaded);
  const ScanOutcome outcome = test::scan_with(*loaded, parse_message(mail));
  REQUIRE(outcome.hits.size() == 1);
  CHECK(outcome.errors == std::vector<std::string>{"rule ABSENT: match limit reached"});
}

TEST_CASE("an eval function whose search reaches a limit says so") {
  const Result<LoadedRules> loaded =
      test::load_text("uri_detail RUNAWAY raw !~ /^(?:[a-z]+)+\\d(?<=x)(?=.*?y)(a|b|\\1)$/\n");
  REQUIRE(loaded);
  const std::string mail = "Content-Type: text/html\n\n<a href=\"" + std::string(60, 'a') + "!\">";
  const ScanOutcome outcome = test::scan_with(*loaded, parse_message(mail));
  CHECK(outcome.hits.empty());
  CHECK(outcome.errors == std::vector<std::string>{"rule RUNAWAY: match limit reached"});
}
