#include "analyzer/message/charset.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("Japanese charsets under all their names give the same text") {
  const std::string text = "\xE6\x97\xA5\xE6\x9C\xAC";  // Nihon
  CHECK(to_utf8("\x1b$BF|K\\\x1b(B", "ISO-2022-JP") == text);
  CHECK(to_utf8("\x1b$@F|K\\\x1b(J", "iso-2022-jp") == text);
  for (const char* name : {"Shift_JIS", "cp932", "windows-31j", "x-sjis", "MS_Kanji", "sjis"}) {
    INFO(name);
    CHECK(to_utf8("\x93\xFA\x96\x7B", name) == text);
  }
  CHECK(to_utf8("\xC6\xFC\xCB\xDC", "EUC-JP") == text);
}

TEST_CASE("characters that Outlook writes into ISO-2022-JP against the standard are read") {
  CHECK(to_utf8("\x1b$B-!\x1b(B", "iso-2022-jp") == "\xE2\x91\xA0");      // circled one, NEC row 13
  CHECK(to_utf8("\x1b(I1\x1b(B", "iso-2022-jp") == "\xEF\xBD\xB1");       // half-width A
  CHECK(to_utf8("\x1b$BF|\nabc", "iso-2022-jp") == "\xE6\x97\xA5\nabc");  // line ends reset
}

TEST_CASE("western charsets are what clients take them for") {
  CHECK(to_utf8("\x93quoted\x94", "iso-8859-1") == "\xE2\x80\x9Cquoted\xE2\x80\x9D");
  CHECK(to_utf8("caf\xE9", "latin1") == "caf\xC3\xA9");
  CHECK(to_utf8("\xC4\xE3", "gb2312") == "\xE4\xBD\xA0");
  CHECK(to_utf8("\xB0\xA1", "ks_c_5601-1987") == "\xEA\xB0\x80");
}

TEST_CASE("an unknown or wrong charset is guessed, never refused") {
  CHECK(to_utf8("caf\xC3\xA9", "x-unknown") == "caf\xC3\xA9");
  CHECK(to_utf8("caf\xE9", "x-unknown") == "caf\xC3\xA9");
  CHECK(to_utf8("caf\xE9", "us-ascii") == "caf\xC3\xA9");
  CHECK(to_utf8("\x1b$BF|\x1b(B", "") == "\xE6\x97\xA5");
  CHECK(to_utf8("", "utf-16") == "");
}

TEST_CASE("bytes that are no UTF-8 become replacement characters") {
  CHECK(to_utf8("a\xFFz", "utf-8") == "a\xEF\xBF\xBDz");
  CHECK(is_valid_utf8(to_utf8("\xE3\x81\xF0\x9F\xC0\xAF", "utf-8")));
}

TEST_CASE("UTF-8 is valid only as the Unicode standard says") {
  CHECK(is_valid_utf8("plain, long enough for eight at once"));
  CHECK(is_valid_utf8("\xE3\x81\x82\xF0\x9F\x98\x80\xC3\xA9"));
  for (const char* bytes : {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80",
                            "\xE3\x81", "\xF4\x90\x80\x80"}) {
    CHECK_FALSE(is_valid_utf8(bytes));
  }
}

TEST_CASE("line ends of all kinds become line feeds") {
  CHECK(with_unix_line_ends("a\r\nb\rc\nd\r\r\n\r") == "a\nb\nc\nd\n\n\n");
  CHECK(with_unix_line_ends("") == "");
}

TEST_CASE("code points are appended, impossible ones as the replacement character") {
  std::string text;
  for (const char32_t code : {0x41U, 0xE9U, 0x3042U, 0x1F600U, 0xD800U, 0x110000U}) {
    append_utf8(text, code);
  }
  CHECK(text == "A\xC3\xA9\xE3\x81\x82\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD");
}
