#include "tests/support/mail_headers.h"

#include <catch2/catch.hpp>

namespace secondlook::stand_in {

TEST_CASE("header fields are read in order, unfolded, up to the empty line") {
  const std::string mail = "A: one\r\nB:\r\n\ttwo\r\n three \r\na: four\r\n\r\nBody: no\r\n";
  const MailHeaders headers = read_mail_headers(mail);
  REQUIRE(headers.fields.size() == 3);
  CHECK(headers.value("b") == "two three");
  CHECK(headers.value("a") == "one");
  CHECK(headers.find("Body") == nullptr);
  CHECK(mail.substr(headers.body_offset) == "Body: no\r\n");
}

TEST_CASE("a mail cut at any place is read without harm") {
  const std::string mail = "A: one\r\nB:\r\n\ttwo\r\n\r\nbody";
  for (std::size_t length = 0; length <= mail.size(); ++length) {
    const MailHeaders headers = read_mail_headers(mail.substr(0, length));
    CHECK(headers.body_offset <= length);
    CHECK(headers.fields.size() <= 2);
  }
}

TEST_CASE("encoded words become UTF-8, the space between two of them goes") {
  CHECK(decode_words("=?UTF-8?B?5Y+j?= =?utf-8?q?=E5=BA=A7?= now") == "口座 now");
  CHECK(decode_words("=?ISO-2022-JP?B?GyRCOH06QhsoQg==?=") == "口座");
  CHECK(decode_words("=?utf-8?Q?a_b=ZZ=4?=") == "a b=ZZ=4");
  CHECK(decode_words("plain =?broken?=") == "plain =?broken?=");
}

TEST_CASE("an address field gives its first address and name") {
  CHECK(first_address("\"A, B\" <a@b.example>") == "a@b.example");
  CHECK(first_address("a@b.example, c@d.example") == "a@b.example");
  CHECK(display_name("=?UTF-8?B?5Y+j?= <a@b.example>") == "口");
  CHECK(domain_of("a@B.Example") == "b.example");
}

TEST_CASE("line ends become CRLF once") {
  CHECK(with_crlf("a\nb\r\nc\rd") == "a\r\nb\r\nc\r\nd");
}

TEST_CASE("base64 goes there and back for every length") {
  std::string bytes;
  for (int length = 0; length < 70; ++length) {
    CHECK(decode_base64(encode_base64(bytes)) == bytes);
    bytes += static_cast<char>(length * 37);
  }
}

}  // namespace secondlook::stand_in
