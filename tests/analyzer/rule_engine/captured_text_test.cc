// Text that one rule captures and another searches for, as SpamAssassin 4 documents it; its own
// answers are compared by tests/bench/spamassassin_agreement.
#include "analyzer/rule_engine/parser/captured_text.h"

#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/loaded_rules.h"

using namespace secondlook;
using test::message_with;
using test::names_of_hits;

namespace {

const std::string kRecipientInLink =
    "header __TO To:addr =~ /(?<TO_ADDR>.*)/\nuri A_IN_LINK m|^https?://.{4,99}\\#%{TO_ADDR}|i\n";

std::string hits_of_link(const std::string& recipient, const std::string& link) {
  ParsedMessage message = message_with({"To: " + recipient});
  message.to.emplace_back().address = recipient;
  test::add_link(message, link);
  return names_of_hits(kRecipientInLink, message);
}

}  // namespace

TEST_CASE("a link that carries the recipient's own address is found, in any case of letters") {
  CHECK(hits_of_link("ann@example.com", "https://a.example/x#Ann@example.com") == "A_IN_LINK");
  CHECK(hits_of_link("ann@example.com", "https://a.example/x#bob@example.com").empty());
}

TEST_CASE("a place is needed where no match can do without it") {
  const auto is_needed = [](std::string_view expression) {
    INFO(expression);
    const auto places = std::get<std::vector<TextPlace>>(find_text_places(expression));
    REQUIRE(places.size() == 1);
    return places[0].is_needed;
  };
  CHECK(is_needed("%{X}"));
  CHECK(is_needed("^a(?:b|c)\\#%{X}+$"));
  CHECK(is_needed("[(|]%{X}\\("));
  CHECK_FALSE(is_needed("a|%{X}"));
  CHECK_FALSE(is_needed("(?:a|%{X})"));
  CHECK_FALSE(is_needed("(%{X})?"));
  CHECK_FALSE(is_needed("(?!%{X})a"));
  CHECK_FALSE(is_needed("a%{X}?"));
  CHECK_FALSE(is_needed("a%{X}*"));
  CHECK_FALSE(is_needed("a%{X}{0,2}"));
  CHECK_FALSE(is_needed("(?x)a%{X} ?"));
  CHECK_FALSE(is_needed("(?x)a # %{X}"));
  CHECK_FALSE(is_needed("a%{X}(?#so)?"));
  CHECK_FALSE(is_needed("a(*ACCEPT)%{X}"));
  CHECK_FALSE(is_needed("a\\Q|\\E%{X}"));
}

TEST_CASE("a text that need not stand there is not waited for") {
  const std::vector<std::string> subject = {"Subject: Ann"};
  const std::string name = "header __N Subject =~ /(?<NAME>.+)/\n";
  const auto hits = [&](const std::string& rules, const std::string& body) {
    return names_of_hits(name + rules, message_with(subject, body));
  };
  CHECK(hits("body A_EITHER /dear (?:%{NAME}|friend)/\n", "dear friend\n") == "A_EITHER");
  CHECK(hits("body A_MAYBE /dear %{NAME}?!/\n", "dear !\n") == "A_MAYBE");
  CHECK(hits("header A_NOT X-Other !~ /%{NAME}/\n", "dear friend\n") == "A_NOT");
  CHECK(hits("body A_CASE /(?i)dear %{NAME}/\n", "dear ANN\n") == "A_CASE");
  CHECK(hits("body A_CASE /dear %{NAME}/\n", "dear ANN\n").empty());
  // The Kelvin sign is a k to a pattern of characters that ignores case.
  CHECK(names_of_hits("header __N Subject =~ /(?<NAME>.+)/\nbody A_KELVIN /\\x{3bb} %{NAME}/i\n",
                      message_with({"Subject: kim"}, "\xce\xbb \xe2\x84\xaaim\n")) == "A_KELVIN");
}

TEST_CASE("captured text is searched for as it is written, never as a pattern") {
  CHECK(hits_of_link("a.b@example.com", "https://a.example/x#axb@example.com").empty());
  CHECK(hits_of_link("a+b@example.com", "https://a.example/x#a+b@example.com") == "A_IN_LINK");
  const char* rules = "header __S Subject =~ /^(?<WORD>.*)$/\nbody A_IN_BODY /<%{WORD}>/\n";
  for (const std::string word : {"(((", ".*", "[a", "\\Q", "a|b", "x{3}", "#y", "(?{1})", "\\E"}) {
    INFO(word);
    const std::vector<std::string> subject = {"Subject: " + word};
    CHECK(names_of_hits(rules, message_with(subject, "so <" + word + "> it is\n")) == "A_IN_BODY");
    CHECK(names_of_hits(rules, message_with(subject, "so <anything> it is\n")).empty());
  }
}

TEST_CASE("a rule whose text nobody captured does not hit, not even a !~ rule") {
  const std::string rules =
      "body __NAME /Hello, (?<NAME>\\w+)/\nheader A_SAYS From =~ /%{NAME}/\n"
      "header B_SAYS_NOT From !~ /%{NAME}/\nheader C_ABSENT_NOT X-None !~ /%{NAME}/\n"
      "header D_UNSET X-None =~ /%{NAME}/ [if-unset: Ann]\n";
  const std::vector<std::string> from = {"From: Ann <a@example.com>"};
  CHECK(names_of_hits(rules, message_with(from, "no greeting\n")).empty());
  CHECK(names_of_hits(rules, message_with(from, "Hello, Ann!\n")) == "A_SAYS C_ABSENT_NOT D_UNSET");
  CHECK(names_of_hits(rules, message_with(from, "Hello, Bob!\n")) == "B_SAYS_NOT C_ABSENT_NOT");
}

TEST_CASE("every text is searched for that a rule with tflags multiple captured") {
  const std::string rules =
      "body __CODE /code (?<CODE>\\d+)/\ntflags __CODE multiple\n"
      "header A_CODE Subject =~ /^%{CODE}$/\n";
  const std::string body = "code 11 and code 22\nthen code 33\n";
  CHECK(names_of_hits(rules, message_with({"Subject: 33"}, body)) == "A_CODE");
  CHECK(names_of_hits(rules, message_with({"Subject: 44"}, body)).empty());
  CHECK(names_of_hits("body __CODE /code (?<CODE>\\d+)/\nheader A Subject =~ /^%{CODE}$/\n",
                      message_with({"Subject: 33"}, body))
            .empty());
}

TEST_CASE("groups of one name and Perl's other ways to name one all capture") {
  const std::string rules =
      "body __A /one (?P<FIRST>\\w+)|two (?P<FIRST>\\w+)|three (?'FIRST'\\w+)/\n"
      "header HIT Subject =~ /^%{FIRST}$/\n";
  for (const std::string body : {"one x\n", "two x\n", "three x\n"}) {
    CHECK(names_of_hits(rules, message_with({"Subject: x"}, body)) == "HIT");
  }
}

TEST_CASE("captured letters beyond ASCII are found by character patterns too") {
  const std::string rules = "header __S Subject =~ /^(?<WORD>\\S+)/\nbody A_SEEN /「%{WORD}」を/\n";
  CHECK(names_of_hits(rules, message_with({"Subject: 銀行 x"}, "「銀行」を見る\n")) == "A_SEEN");
  CHECK(names_of_hits(rules, message_with({"Subject: 銀\xff x"}, "「銀行」を見る\n")).empty());
}

TEST_CASE("a meta may stand between: the rule that captures is run before the one that searches") {
  const std::string rules =
      "meta A_BOTH __SEEN && !__NEVER\nbody __NEVER /never/\n"
      "header __SEEN Subject =~ /for %{NAME}$/\nbody __HELLO /Dear (?<NAME>\\w+)/\n";
  CHECK(names_of_hits(rules, message_with({"Subject: for Ann"}, "Dear Ann\n")) == "A_BOTH");
}

TEST_CASE("too much captured text is left out and told") {
  const std::string rules =
      "body __A /<(?<TEXT>[^>]+)>/\ntflags __A multiple\nheader HIT Subject =~ /^%{TEXT}$/\n";
  const auto loaded = test::load_text(rules);
  REQUIRE(loaded);
  const auto errors = [&](const std::string& body) {
    return test::scan_with(*loaded, message_with({"Subject: x"}, body)).errors;
  };
  CHECK(errors("<x>\n").empty());
  const std::vector<std::string> told = {"rule __A: captured text left out"};
  CHECK(errors("<" + std::string(kLongestCapturedText + 1, 'x') + ">\n") == told);
  std::string many;
  for (std::size_t i = 0; i <= kMostCapturedTexts; ++i) many += "<t" + std::to_string(i) + ">\n";
  CHECK(errors(many) == told);
}

TEST_CASE("a name is searched for only where it is one") {
  const auto places = [](const char* expression) {
    const auto found = find_text_places(expression);
    return found.index() == 0 ? std::get<0>(found).size() : 99;
  };
  CHECK(places("a%{TO}b%{TO_ADDR}") == 2);
  CHECK(places("a\\%{TO}b%{to}%{2}%{TO_}%{T__O}%{") == 0);
  CHECK(places("x[^]%{TO}]") == 99);
  CHECK(places("x[\\]a]%{TO}") == 1);
  CHECK(places("%{HEADER(From)}") == 99);
}

TEST_CASE("captured text in a pattern of backtracks ends at the match limit") {
  const std::string rules =
      "header __S Subject =~ /^(?<WORD>.*)$/\nbody A_BOMB /^((?:%{WORD}|aa)+)+!\\1z?[0-9]/\n";
  const auto loaded = test::load_text(rules);
  REQUIRE(loaded);
  const ScanOutcome outcome =
      test::scan_with(*loaded, message_with({"Subject: a"}, std::string(60, 'a') + "!x9\n"));
  CHECK(outcome.hits.empty());
  CHECK(outcome.errors == std::vector<std::string>{"rule A_BOMB: match limit reached"});
}
