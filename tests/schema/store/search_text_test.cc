#include "schema/store/search_text.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

TEST_CASE("width and case are folded, and zero-width characters are gone") {
  CHECK(indexed_text("\xEF\xBC\xA9nvoice \xEF\xBC\x91\xEF\xBC\x92") == "invoice 12");
  CHECK(indexed_text("pass\xE2\x80\x8Bword pass\xC2\xADword") == "password password");
  CHECK(indexed_text("STRASSE") == indexed_text("stra\xC3\x9F"
                                                "e"));
}

TEST_CASE("characters of scripts without spaces stand apart, half-width kana as full-width") {
  CHECK(indexed_text("\xE5\x8F\xA3\xE5\xBA\xA7") == " \xE5\x8F\xA3  \xE5\xBA\xA7 ");
  CHECK(indexed_text("\xEF\xBD\xB6\xEF\xBD\xB0\xEF\xBE\x84\xEF\xBE\x9E") ==
        indexed_text("\xE3\x82\xAB\xE3\x83\xBC\xE3\x83\x89"));
}

TEST_CASE("a phrase is quoted whatever it holds") {
  CHECK(match_phrase("a\"b OR c*") == "\"a\"\"b or c*\"");
  CHECK(match_phrase("NEAR(x)") == "\"near(x)\"");
}

TEST_CASE("what holds no letter and no digit makes no phrase") {
  for (const char* text : {"", " ", "!!!", "\xE2\x80\x8B", "\xFF", "\"\""})
    CHECK(match_phrase(text).empty());
}

TEST_CASE("bytes that are no UTF-8 and NULs do not reach the index") {
  CHECK(indexed_text(std::string("a\0b\xFF", 4)) == "a b\xEF\xBF\xBD");
  CHECK(indexed_text(std::string(5000, 'x'), 100).size() == 100);
}

TEST_CASE(
    "what Unicode assigned since version 15 is a space, so that the same text gives the same words "
    "for ever") {
  // U+1C89 is of version 16, U+0378 of none.
  CHECK(indexed_text("a\xE1\xB2\x89z \xCD\xB8") == "a z  ");
  CHECK(indexed_text("\xC3\x84z") == "\xC3\xA4z");
}

TEST_CASE("a domain is known by its A-labels") {
  CHECK(domain_key("B\xC3\xBC"
                   "cher.Example") == "xn--bcher-kva.example");
  CHECK(domain_key("EVIL.example") == "evil.example");
  CHECK(domain_key("") == "");
  CHECK_FALSE(domain_key(std::string(300, '\xC3') + "\xBC").empty());
}

}  // namespace
}  // namespace secondlook
