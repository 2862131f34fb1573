#include "analyzer/rule_engine/parser/perl_pattern.h"

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/patterns/pattern_text.h"

using namespace secondlook;

namespace {

PerlPattern pattern_of(const std::string& text) {
  const Parsed<PerlPattern> parsed = parse_perl_pattern(text);
  if (const auto* mistake = std::get_if<Mistake>(&parsed)) FAIL(mistake->message);
  return std::get<PerlPattern>(parsed);
}

bool is_refused(const std::string& text) {
  return std::holds_alternative<Mistake>(parse_perl_pattern(text));
}

}  // namespace

TEST_CASE("a pattern may stand between any of Perl's delimiters") {
  CHECK(pattern_of("/abc/").expression == "abc");
  CHECK(pattern_of("m{a{2}}i").expression == "a{2}");
  CHECK(pattern_of("m!a/b!").expression == "a/b");
  CHECK(pattern_of("m,https?://,i").expression == "https?://");
  CHECK(pattern_of("/a\\/b/").expression == "a\\/b");
  CHECK(pattern_of("qr(x)").expression == "x");
}

TEST_CASE("a pattern's modifiers are kept") {
  const PerlPattern pattern = pattern_of("/a/imsx");
  CHECK(pattern.caseless);
  CHECK(pattern.multi_line);
  CHECK(pattern.dot_all);
  CHECK(pattern.extended);
  CHECK_FALSE(pattern_of("/a/").caseless);
}

TEST_CASE("what is no pattern is refused") {
  for (const char* text : {"abc", "", "/abc", "/a/b/", "mabcm", "/a/e", "m", "/", "m{a}}}z9"}) {
    INFO(text);
    CHECK(is_refused(text));
  }
}

TEST_CASE("a pattern cut at any place is refused or read, never more") {
  const std::string whole = "m{a\\}(?:b|c)[}]{2}}ix";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const Parsed<PerlPattern> parsed = parse_perl_pattern(whole.substr(0, length));
    if (const auto* pattern = std::get_if<PerlPattern>(&parsed)) {
      CHECK(pattern->expression.size() < length);
    }
  }
}

TEST_CASE(
    "a pattern with characters beyond ASCII is matched by characters, one with bytes by bytes") {
  CHECK(wants_characters("[あい]う"));
  CHECK(wants_characters("\\x{3042}"));
  CHECK_FALSE(wants_characters("abc"));
  CHECK_FALSE(wants_characters("[\\xc3][\\xa0]"));
  CHECK_FALSE(wants_characters("あ|\\xe3\\x81"));
  CHECK_FALSE(wants_characters("caf\xe9"));
}

TEST_CASE("bytes that are no UTF-8 become question marks without moving the rest") {
  CHECK(with_valid_utf8("a\xff"
                        "b\xe3\x81") == "a?b??");
  CHECK(with_valid_utf8("あ") == "あ");
  CHECK(is_utf8("日本語"));
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));
  CHECK_FALSE(is_utf8("\xc0\xaf"));
}
