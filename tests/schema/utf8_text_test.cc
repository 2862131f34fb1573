#include "schema/utf8_text.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

TEST_CASE("well-formed characters of one to four bytes are taken whole") {
  CHECK(utf8_character_length("a") == 1);
  CHECK(utf8_character_length("\xC3\xA9") == 2);
  CHECK(utf8_character_length("\xE5\x8F\xA3") == 3);
  CHECK(utf8_character_length("\xF0\x9F\x98\x80") == 4);
  CHECK(utf8_character_length("") == 0);
}

TEST_CASE("overlong forms, surrogates, far code points and cut characters are no UTF-8") {
  for (const char* bytes :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\x80", "\xED\xA0\x80", "\xF0\x8F\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE5\x8F", "\xE5\x8F!", "\xFF"}) {
    CHECK(utf8_character_length(bytes) == 0);
    CHECK(bounded_utf8(bytes, 100).find("\xEF\xBF\xBD") == 0);
  }
}

TEST_CASE("a text is cut before the character that would pass the bound") {
  const std::string text = "ab\xE5\x8F\xA3";
  CHECK(bounded_utf8(text, 5) == text);
  CHECK(bounded_utf8(text, 4) == "ab");
  CHECK(bounded_utf8(text, 0).empty());
  CHECK(bounded_utf8("\xFF\xFF", 5) == "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace secondlook
