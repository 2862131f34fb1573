#include "analyzer/message/body_decoder.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("the encoding's name is found in what mailers write around it") {
  for (const char* field :
       {"base64", " Base64", "base64;", "\"base64\"", " base64 (yes)", "BASE64\r\n"}) {
    INFO(field);
    CHECK(transfer_encoding_named(field) == TransferEncoding::base64);
  }
  CHECK(transfer_encoding_named("quoted-printable ") == TransferEncoding::quoted_printable);
  CHECK(transfer_encoding_named("x-uuencode") == TransferEncoding::uuencode);
  for (const char* field : {"7bit", "8bit", "binary", "", "base65", "xbase64"}) {
    INFO(field);
    CHECK(transfer_encoding_named(field) == TransferEncoding::identity);
  }
}

TEST_CASE("base64 is decoded through line ends, strangers and padding in the middle") {
  CHECK(decode_base64("SGVsbG8sIHdvcmxkIQ==") == "Hello, world!");
  CHECK(decode_base64("SGVs\r\nbG8s\r\nIHdv\r\ncmxk\r\nIQ==\r\n") == "Hello, world!");
  CHECK(decode_base64("S-G:V sbG8") == "Hello");
  CHECK(decode_base64("YQ==Yg==") == "ab");
  CHECK(decode_base64("YWI=") == "ab");
  CHECK(decode_base64("") == "");
}

TEST_CASE("base64 cut anywhere gives the bytes that are whole") {
  const std::string encoded = "SGVsbG8sIHdvcmxkIQ";
  const std::string whole = "Hello, world!";
  for (std::size_t length = 0; length <= encoded.size(); ++length) {
    const std::string decoded = decode_base64(std::string_view(encoded).substr(0, length));
    CHECK(decoded == whole.substr(0, length * 3 / 4));
  }
}

TEST_CASE("quoted-printable keeps line ends, joins soft breaks, drops blanks at the end of lines") {
  CHECK(decode_quoted_printable("a=3Db\r\nc") == "a=b\r\nc");
  CHECK(decode_quoted_printable("soft=\r\nbreak") == "softbreak");
  CHECK(decode_quoted_printable("soft= \t\nbreak") == "softbreak");
  CHECK(decode_quoted_printable("blanks \t\r\nend") == "blanks\r\nend");
  CHECK(decode_quoted_printable("=e3=81=82") == "\xE3\x81\x82");
  CHECK(decode_quoted_printable("last=") == "last");
}

TEST_CASE("an equals sign that begins no escape stays") {
  CHECK(decode_quoted_printable("1 =2 =ZZ =4") == "1 =2 =ZZ =4");
  CHECK(decode_quoted_printable("a==41b") == "a=Ab");
}

TEST_CASE("uuencode gives the file between begin and end") {
  CHECK(decode_uuencode("text\nbegin 644 a.txt\n#0V%T\n`\nend\nmore\n") == "Cat");
}
