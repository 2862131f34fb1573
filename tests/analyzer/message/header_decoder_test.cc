#include "analyzer/message/header_decoder.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("a folded value is one line without blanks around it") {
  CHECK(unfold(" a\r\n b\r\n\tc \r\n") == "a b c");
  CHECK(unfold("a\n \t  b\n \n c") == "a b  c");
  CHECK(unfold("a \n b  c") == "a  b  c");
  CHECK(decode_header("") == "");
}

TEST_CASE("encoded words are decoded, blanks between two of them dropped") {
  CHECK(decode_header("=?utf-8?Q?Caf=C3=A9_au_lait?= now") == "Caf\xC3\xA9 au lait now");
  CHECK(decode_header("=?utf-8?B?5pel?=\r\n =?utf-8?B?5pys?=") == "\xE6\x97\xA5\xE6\x9C\xAC");
  CHECK(decode_header("a =?utf-8?Q?b?= c =?utf-8?Q?d?=") == "a b c d");
  CHECK(decode_header("=?utf-8*en?q?x?=") == "x");
}

TEST_CASE("a character cut in two by the encoder is whole again") {
  CHECK(decode_header("=?utf-8?B?5p?= =?utf-8?Q?=97=A5?=") != "");
  CHECK(decode_header("=?utf-8?Q?=E6=97?= =?utf-8?Q?=A5?=") == "\xE6\x97\xA5");
}

TEST_CASE("Japanese subjects of ISO-2022-JP and Shift_JIS are read") {
  CHECK(decode_header("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=") == "\xE6\x97\xA5\xE6\x9C\xAC");
  CHECK(decode_header("=?shift_jis?Q?=93=FA=96{?=") == "\xE6\x97\xA5\xE6\x9C\xAC");
  CHECK(decode_header("\x1b$BF|K\\\x1b(B") == "\xE6\x97\xA5\xE6\x9C\xAC");
}

TEST_CASE("what is no encoded word stands as it is") {
  for (const char* text :
       {"=?", "=?utf-8", "=?utf-8?X?abc?=", "=?utf-8?Q?abc", "a =?= b", "=??Q?a?="}) {
    INFO(text);
    CHECK(decode_header(text) == text);
  }
}

TEST_CASE("bare bytes are UTF-8 if they can be, else in the body's charset") {
  CHECK(decode_header("caf\xC3\xA9", "shift_jis") == "caf\xC3\xA9");
  CHECK(decode_header("\x93\xFA\x96\x7B", "shift_jis") == "\xE6\x97\xA5\xE6\x9C\xAC");
  CHECK(decode_header("caf\xE9") == "caf\xC3\xA9");
}

TEST_CASE("a line break inside an encoded word stays visible to the caller") {
  CHECK(decode_header("=?utf-8?Q?a=0D=0ATo:_b?=") == "a\r\nTo: b");
}

TEST_CASE("a megabyte of encoded words that never end is read in one pass") {
  std::string raw;
  while (raw.size() < 1'100'000) raw += "=?utf-8?q?a";
  CHECK(decode_header(raw).size() == raw.size());
  CHECK(decode_header(raw + "?=").size() < raw.size());
}
