#include "analyzer/rule_engine/patterns/pattern_guards.h"

#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/patterns/confirming_pattern.h"
#include "analyzer/rule_engine/patterns/database_cache.h"
#include "analyzer/rule_engine/patterns/shared_groups.h"

using namespace secondlook;

namespace {

PerlPattern pattern_of(const std::string& text) {
  const Parsed<PerlPattern> parsed = parse_perl_pattern(text);
  REQUIRE(std::holds_alternative<PerlPattern>(parsed));
  return std::get<PerlPattern>(parsed);
}

std::string literals_of(const std::string& text, bool by_characters = false) {
  std::string all;
  for (const std::string& string :
       required_literals(outline_of(pattern_of(text), by_characters)).strings) {
    all += (all.empty() ? "" : "|") + string;
  }
  return all;
}

// The beginnings that an automaton of this one pattern proposes, each once.
std::vector<std::size_t> outline_begins(const std::string& pattern, const std::string& text) {
  OutlineAutomaton automaton;
  REQUIRE(automaton.add(outline_of(pattern_of(pattern), false), 7));
  automaton.finish();
  OutlineScan scan(automaton);
  std::vector<std::size_t> begins;
  REQUIRE(scan.scan(text, [&](std::uint32_t place, std::size_t begin) {
    CHECK(place == 7);
    if (begins.empty() || begins.back() != begin) begins.push_back(begin);
  }));
  return begins;
}

bool takes_outline(const std::string& pattern) {
  OutlineAutomaton automaton;
  return automaton.add(outline_of(pattern_of(pattern), false), 0).has_value();
}

std::string most_before(const std::string& pattern) {
  const std::uint32_t most = required_literals(outline_of(pattern_of(pattern), false)).most_before;
  return most == kNoMost ? "any" : std::to_string(most);
}

// Every place where the guard of this one pattern lets a match begin; all of them when it has none.
std::set<std::size_t> proposed_begins(const PerlPattern& pattern, const std::string& text) {
  std::set<std::size_t> begins;
  PatternGuardMaker maker;
  DatabaseCache no_cache("");
  const bool is_guarded = maker.add(pattern, false, 3) != GuardKind::none;
  const auto guards = maker.make(no_cache);
  REQUIRE(guards);
  DatabaseScratch scratch;
  if (!guards->database.is_empty()) REQUIRE(scratch.grow_for(guards->database));
  GuardScan scan(*guards);
  const PatternGuards::OnProposal note = [&](auto number, auto from, auto to) {
    CHECK(number == 3);
    CHECK(from <= to);
    for (std::size_t i = from; i <= to; ++i) begins.insert(i);
  };
  bool has_witness = guards->witnessed.empty();
  const auto done = guards->propose(text, scratch, scan, note, [&](auto number) {
    CHECK(number == 3);
    has_witness = true;
  });
  REQUIRE(done);
  if (*done && !has_witness) return {};
  if (is_guarded && *done && guards->propose_beginnings(text, 0, text.size(), scan, note))
    return begins;
  for (std::size_t i = 0; i <= text.size(); ++i) begins.insert(i);
  return begins;
}

}  // namespace

TEST_CASE("a string that every match contains is found, the rarest of several") {
  CHECK(literals_of("/password/") == "password");
  CHECK(literals_of("/PassWord/") == "password");
  CHECK(literals_of("/\\bpass(?:word|phrase)\\b/") == "passphrase|password");
  CHECK(literals_of("/the.*bitcoin/") == "bitcoin");
  CHECK(literals_of("/v[i1]agra/") == "v1agra|viagra");
  CHECK(literals_of("/reply-?to/") == "reply-to|replyto");
  CHECK(literals_of("/wor+d/") == "wor");
  CHECK(literals_of("/(?:zq){2,3}e/") == "zqe");
  CHECK(literals_of("/\\x41\\x{42}.*\\Qee\\E/") == "ab");
}

TEST_CASE("what need not stand in a match is never required") {
  CHECK(literals_of("/(?:password)?/").empty());
  CHECK(literals_of("/(?:password|.*)/").empty());
  CHECK(literals_of("/password{0}/") == "passwor");
  CHECK(literals_of("/(?!secret)xyzzy/") == "xyzzy");
  CHECK(literals_of("/(?=secret)xyzzy/") == "xyzzy");
  CHECK(literals_of("/(?#comment)xyzzy/") == "xyzzy");
  CHECK(literals_of("/xy # zz\nq/x") == "xyq");
  CHECK(literals_of("/(?i)xyzzy/") == "xyzzy");
  CHECK(literals_of("/(abc)(?1)?q/").empty());
  CHECK(literals_of("/(*ACCEPT)password/").empty());
  CHECK(literals_of("/\\bfoo(?(?=a)bar|baz)/").empty());
}

TEST_CASE("a repeat behind a comment is for what stands before the comment") {
  CHECK(literals_of("/xyzzy(?#often)?/").empty());
  CHECK(literals_of("/xyzzy\\E?/").empty());
  CHECK(literals_of("/xyzzy +/x").empty());
  CHECK(literals_of("/xyz(?#not repeated)zy/") == "xyzzy");
}

TEST_CASE("blanks that an extended pattern passes over are not required") {
  CHECK(literals_of("/xy \t\x85z/x") == "xyz");
  CHECK(literals_of("/xy\xc2\x85\xe2\x80\x8e\xe2\x80\xa9z/x", true) == "xyz");
}

TEST_CASE("what asks where the search began has no guard, which would move that") {
  CHECK(literals_of("/\\Gxyzzy/").empty());
}

TEST_CASE("widths add up and multiply to any, never around") {
  CHECK(add_widths(3, 4) == 7);
  CHECK(add_widths(kNoMost, 4) == kNoMost);
  CHECK(repeat_width(3, 4) == 12);
  CHECK(repeat_width(0, kNoMost) == 0);
  CHECK(repeat_width(65536, 65536) == kNoMost);
  CHECK(most_width(outline_of(pattern_of("/(?:(?:ab?){9}|c){2,3}x/"), false)) == 55);
  CHECK(most_width(outline_of(pattern_of("/a+/"), false)) == kNoMost);
}

TEST_CASE("in UTF-8 the letters k and s have cases beyond ASCII, and are not required") {
  CHECK(literals_of("/skype あ/i", true) == "ype ");
  CHECK(literals_of("/あいう/", true) == "あいう");
  CHECK(literals_of("/あ?いう/", true) == "あいう|いう");
  CHECK(literals_of("/П/i", true).empty());
}

TEST_CASE("how far before a required string a match may begin is known") {
  CHECK(most_before("/bitcoin/") == "0");
  CHECK(most_before("/the.{3,9}bitcoin/") == "12");
  CHECK(most_before("/the.*bitcoin/") == "any");
  CHECK(most_before("/\\w{2,4}(?:password|passphrase)/") == "4");
  CHECK(most_before("/(?:my password|the old passphrase)s/") == "0");
  CHECK(most_before("/[abc]{2,4}zq(?:x|xyz)/") == "3");  // azq, bzq, czq
}

TEST_CASE("an outline proposes where a pattern may begin") {
  const std::string text = "We sell t r a m a d o l and T_R_A_M_A_D_O_L, not train tickets.";
  const auto begins =
      outline_begins("/\\bt[_\\W]?r[_\\W]?[a4][_\\W]?m[_\\W]?[a4][_\\W]?d[_\\W]?ol?/i", text);
  CHECK(begins == std::vector{text.find("t r a"), text.find("T_R")});
  CHECK(outline_begins("/[1-9]\\d{3},[1-9]\\d\\d/", "1234,567 12345,678") ==
        std::vector<std::size_t>{0, 10});
  CHECK(outline_begins("/(?:q|zx|j.?j)+[0-9]!/", "zzx0! jaj7! qq!") ==
        std::vector<std::size_t>{1, 6});
}

TEST_CASE(
    "an outline that can begin with one byte only, or with few, is found wherever it stands") {
  const std::string zeros("\0a\0\0", 4);
  CHECK(outline_begins("/\\x00/", zeros) == std::vector<std::size_t>{0, 2, 3});
  CHECK(outline_begins("/\\n[FS]rom:/", "\nFrom:\n\nSrom:\nFx\nSrom:") ==
        std::vector<std::size_t>{0, 7, 16});
  CHECK(outline_begins("/[<&]x[0-9]y/", "<x1y <x&x7y<x2<&x3y") ==
        std::vector<std::size_t>{0, 7, 15});
  CHECK(outline_begins("/\\x00/", "no such byte").empty());
  CHECK(outline_begins("/\\x00/", "").empty());
}

TEST_CASE("what a match may begin with or without is left before the outline") {
  OutlineAutomaton automaton;
  CHECK(automaton.add(outline_of(pattern_of("/(?:\\b|\\s)[_\\W]{0,3}v[_\\W]?[i1]agr/"), false),
                      0) == 4U);
  CHECK(automaton.add(outline_of(pattern_of("/(?:a )?v[_\\W]?[i1]agr/"), false), 1) == 2U);
  CHECK(automaton.add(outline_of(pattern_of("/x{1,9}v[_\\W]?[i1]agr/"), false), 2) == 8U);
}

TEST_CASE("an outline that goes on for long is proposed, and costs no more for it") {
  const std::string text = "q" + std::string(5'000'000, '_') + "z!";
  CHECK(outline_begins("/q_*z!/", text) == std::vector<std::size_t>{0});
  CHECK(outline_begins("/q_*z!/", std::string(100'000, 'q')).empty());
}

TEST_CASE("a pattern that begins a line is known by its first sign") {
  CHECK(begins_line(pattern_of("/^\\s*x/")));
  CHECK(begins_line(pattern_of("/\\A(?:a|b)/")));
  CHECK(begins_line(pattern_of("/^[)|(]x/m")));
  CHECK_FALSE(begins_line(pattern_of("/^a|b/")));
  CHECK_FALSE(begins_line(pattern_of("/x^/")));
  // A repeat makes the sign optional, and what stands in comments is no bracket.
  CHECK_FALSE(begins_line(pattern_of("/^?x/")));
  CHECK_FALSE(begins_line(pattern_of("/\\A*x/")));
  CHECK_FALSE(begins_line(pattern_of("/^(?#c)?x/")));
  CHECK_FALSE(begins_line(pattern_of("/^a(?#[)|(?:c])/")));
  CHECK_FALSE(begins_line(pattern_of("/^a(?i-s:b)(?ix)c/")));
  CHECK(begins_line(pattern_of("/^a(?i-s:b)(?=x)c/")));
}

TEST_CASE("a pattern without rare strings that begins a line is followed from lines alone") {
  const PerlPattern pattern = pattern_of("/^\\s{0,50}(?:[a-z]+\\s+){2}\\.$/m");
  const std::string text = "aa bb .\nno. such\n  c d\n.\nx y ";
  CHECK(proposed_begins(pattern, text) == std::set<std::size_t>{0, 17});
  CHECK(proposed_begins(pattern, "").empty());
  CHECK(proposed_begins(pattern, "\n\n").empty());
}

TEST_CASE("a pattern that begins with a word's edge is proposed at such edges alone") {
  const PerlPattern long_words = pattern_of("/\\b(?:[a-z]{4,}\\s+){3}/");
  CHECK(proposed_begins(long_words, "some long words, some long words ") ==
        std::set<std::size_t>{17});
}

TEST_CASE("where only some alternatives begin with a word's edge, the others begin anywhere") {
  const PerlPattern mixed = pattern_of("/(?:\\b[xyz][0-9a-f]{5}|[uvw][0-9a-f]{5})/");
  CHECK(proposed_begins(mixed, "ax01234 x01234 au01234") == std::set<std::size_t>{8, 16});
}

TEST_CASE("what may stand between a word's edge and the rest hides the edge") {
  for (const char* pattern :
       {"/\\b[a-f]?[xyz][0-9a-f]{5}/", "/\\b(?:[a-f]{1,3}-?)?[xyz][0-9a-f]{5}/",
        "/\\b[a-f]{1,9}[xyz][0-9a-f]{5}/", "/(?:\\b|[a-f])[xyz][0-9a-f]{5}/",
        "/\\b?[a-f]+[xyz][0-9a-f]{5}/", "/(?:\\b[a-f]?){2}[xyz][0-9a-f]{5}/"}) {
    INFO(pattern);
    const std::set<std::size_t> begins = proposed_begins(pattern_of(pattern), "- cx01234 -");
    CHECK(begins.contains(2));
  }
}

TEST_CASE("where a piece of the text begins inside a word, a word begins") {
  PatternGuardMaker maker;
  REQUIRE(maker.add(pattern_of("/\\b[xyz][0-9a-f]{5}/"), false, 3) == GuardKind::outline);
  DatabaseCache no_cache("");
  const auto guards = maker.make(no_cache);
  REQUIRE(guards);
  GuardScan scan(*guards);
  DatabaseScratch scratch;
  std::set<std::size_t> begins;
  const PatternGuards::OnProposal note = [&](auto, auto, auto to) { begins.insert(to); };
  REQUIRE(guards->propose("aax01234", scratch, scan, note, {}));
  CHECK(begins.empty());
  REQUIRE(guards->propose_beginnings("aax01234", 0, 2, scan, note));
  REQUIRE(guards->propose_beginnings("aax01234", 2, 8, scan, note));
  CHECK(begins == std::set<std::size_t>{2});
}

TEST_CASE("a pattern that is often proposed has to have another of its strings in the text") {
  const PerlPattern pattern =
      pattern_of("/\\b(?:account|access|card)\\s+(?:\\w+\\s+){0,4}(?:suspended|terminated)\\b/i");
  CHECK(proposed_begins(pattern, "your account is fine, and so is your card").empty());
  CHECK_FALSE(proposed_begins(pattern, "your account is fine, your CARD was SUSPENDED").empty());
  CHECK_FALSE(proposed_begins(pattern, "terminated; your account").empty());  // PCRE2 decides
}

TEST_CASE("what every text of a kind holds is looked for only where there is nothing else") {
  const std::vector<std::string_view> usual = {"http://", "https://", "www."};
  const auto strings = [&](const char* pattern) {
    std::string all;
    for (const auto& each :
         required_literals(outline_of(pattern_of(pattern), false), usual).strings)
      all += each + " ";
    return all;
  };
  CHECK(strings("/^https?:\\/\\/\\w+\\.gov/") == ".gov ");
  CHECK(strings("/^https?:\\/\\/[^\\/]+/") == "http:// https:// ");
  CHECK(strings("/^http:\\/\\/bit\\.ly\\/[a-z]+/") == "http://bit.ly/ ");
}

TEST_CASE("what begins with anything at all has no outline") {
  CHECK_FALSE(takes_outline("/e/"));
  CHECK_FALSE(takes_outline("/.{50}/"));
  CHECK_FALSE(takes_outline("/(?:xyzzy)*/"));
  CHECK_FALSE(takes_outline("/(\\w)\\1/"));
}

TEST_CASE("a text that makes too many states is given up, and says so") {
  OutlineAutomaton automaton;
  // Each of the last sixteen letters may have been the one in the middle: 65,536 states.
  REQUIRE(automaton.add(outline_of(pattern_of("/#[a-z ]*[a-m][a-z ]{16}[0-9]/"), false), 0));
  automaton.finish();
  OutlineScan scan(automaton);
  std::string text;
  std::uint64_t number = 1;
  for (int i = 0; i < 200'000; ++i) {
    number = number * 6364136223846793005ULL + 1442695040888963407ULL;
    text += i % 64 == 0 ? '#' : (number >> 60) < 8 ? 'a' : 'z';
  }
  CHECK_FALSE(scan.scan(text, [](std::uint32_t, std::size_t) {}));
  CHECK(scan.scan("nothing here", [](std::uint32_t, std::size_t) {}));
}

TEST_CASE("a group that is written or repeated several times is written once and called") {
  const std::string letter = "(?:[aA4@]|\\xc3[\\xa0-\\xa5]|\\xce\\x91|\\xd0\\xb0|\\xd0\\x90)";
  const std::string expression = letter + "x(" + letter + ")\\1";
  const std::string shared = with_shared_groups(expression);
  CHECK(shared == "(?&shared0)x((?&shared0))\\1(?(DEFINE)(?<shared0>" + letter + "))");
  CHECK(with_shared_groups("(?:a|b)x(?:a|b)") == "(?:a|b)x(?:a|b)");
  CHECK(with_shared_groups("(?i:" + letter + ")" + letter) == "(?i:" + letter + ")" + letter);
  PerlPattern pattern;
  for (const std::string& each : {expression, shared}) {
    pattern.expression = each;
    auto compiled = ConfirmingPattern::compile(pattern, false);
    REQUIRE(std::holds_alternative<ConfirmingPattern>(compiled));
    PatternMatcher matcher;
    MatchSpan span;
    const auto& confirm = std::get<ConfirmingPattern>(compiled);
    CHECK(confirm.find("--4x\xd0\xb0\xd0\xb0", 0, matcher, span) == MatchAnswer::found);
    CHECK(span.begin == 2);
    CHECK(confirm.find("4x\xd0\xb0\xce\x91", 0, matcher, span) == MatchAnswer::absent);
  }
}

TEST_CASE("a pattern that is one character counts as any other") {
  for (const std::string text : {"/e/", "/7/", "/E/i", "/./"}) {
    INFO(text);
    const auto compiled = ConfirmingPattern::compile(pattern_of(text), false);
    const auto& confirm = std::get<ConfirmingPattern>(compiled);
    PatternMatcher matcher;
    MatchSpan span;
    const std::string subject = "7e,7e";
    const bool is_digit = text == "/7/" || text == "/./";
    REQUIRE(confirm.find(subject, 0, matcher, span) == MatchAnswer::found);
    CHECK(span.begin == (is_digit ? 0 : 1));
    CHECK(span.end == span.begin + 1);
    CHECK(confirm.find(subject, 5, matcher, span) == MatchAnswer::absent);
    if (is_digit) continue;
    CHECK(confirm.find(subject, 2, matcher, span, 3) == MatchAnswer::absent);
    CHECK(confirm.find(subject, 2, matcher, span, 4) == MatchAnswer::found);
    CHECK(confirm.find("", 0, matcher, span) == MatchAnswer::absent);
  }
}

TEST_CASE("wherever PCRE2 finds a pattern its guard has proposed it") {
  struct Example {
    std::string pattern, text;
  };
  const std::vector<Example> examples = {
      {"/^Dear\\s+(?:customer|client)/i", "dear\tCLIENT"},
      {"/\\$\\d{1,3}(?:,\\d{3})+ ?(?:million)?/", "about $1,500,000 for you"},
      {"/(\\w{4,})\\s\\1/", "again again"},
      {"/[^\\x00-\\x7f]{2}/", "a\xc3\xa9"},
      {"/[[:xdigit:]]{8}-[[:xdigit:]]{4}/", "is 0123abcd-45ef"},
      {"/a(?:b(?:c|d)?|e){2,}f/", "abcef"},
      {"/\\u?z{3,5}/", "zzzz"},
      {"/[]x]{3}y/", "x]xy"},
      {"/[a\\]-]+q/", "a-]q"},
      {"/(?i:QuoTa)(?-i: Full)/", "quOTA Full"},
      {"/\\Aa{2}?b*?c++/", "aaccc"},
      {"/x{2,y}/", "x{2,y}"},
      {"/^(?>\\s{0,50})(?:[a-z]+ ){3}[a-z]/m", "No\n a b c d"},
      {"/^[a-z]{3}\\d?[a-z]*$/", "abcd"},
      {"/\\A[a-z]+(?:\\s|;){2}/", "abc; d"},
      {"/^?e[a-z]/", "xxea"},
      {"/\\b(?:[a-z]{5,}\\s){2}/", "x-cream cakes "},
      {"/\\b(?:a?\\b){2}[xyz][0-9a-f]{5}/", "ax01234 x01234"},
      {"/\\b(?>[a-f]{1,3}|-)\\b[-+][xyz]{3}/", "abc-xyz"},
      {"/(?:\\bx|\\By)[0-9]{4}/", "ay1234"},
      {"/^*(?:e|a)[a-z ]{4}/m", "xxea bcd"},
      {"/\\141\\x62\\o{143}/", "abc"}};
  for (const Example& example : examples) {
    INFO(example.pattern);
    const PerlPattern pattern = pattern_of(example.pattern);
    auto compiled = ConfirmingPattern::compile(pattern, false);
    if (std::holds_alternative<Mistake>(compiled)) continue;
    PatternMatcher matcher;
    MatchSpan span;
    REQUIRE(std::get<ConfirmingPattern>(compiled).find(example.text, 0, matcher, span) ==
            MatchAnswer::found);
    CHECK(proposed_begins(pattern, example.text).contains(span.begin));
  }
}
