#include "tests/bench/detection_quality/honeypot_address.h"

#include <catch2/catch.hpp>

#include "analyzer/message/body_decoder.h"
#include "tests/support/mail_headers.h"

namespace secondlook {
namespace {

std::string replaced(std::string_view text) {
  return with_address_replaced(text, "phishing@pot", "alice@contoso.example");
}

std::string in_lines_of(std::string text, std::size_t width) {
  for (std::size_t at = width; at < text.size(); at += width + 2) text.insert(at, "\r\n");
  return text + "\r\n";
}

}  // namespace

TEST_CASE("an address is replaced wherever it stands, whatever its case") {
  CHECK(replaced("Dear Phishing@Pot, (phishing@pot)\r\n") ==
        "Dear alice@contoso.example, (alice@contoso.example)\r\n");
  CHECK(replaced("phishing@po phishing @pot") == "phishing@po phishing @pot");
  CHECK(replaced("") == "");
}

TEST_CASE("a second host behind a replaced address goes with it") {
  CHECK(replaced("<phishing@pot@hotmail.example>") == "<alice@contoso.example>");
  CHECK(replaced("phishing@pot@ home") == "alice@contoso.example@ home");
}

TEST_CASE("an address in a link stays percent-encoded") {
  CHECK(replaced("http://a.example/?e=phishing%40pot&x") ==
        "http://a.example/?e=alice%40contoso.example&x");
}

TEST_CASE("quoted-printable with an address decodes to the text with the other one") {
  const std::string lines =
      "Hello =\r\nphish=\r\ning=40pot, this line is as long as it may be, that is 76 bytes.=\r\n"
      "<a href=3D\"http://a.example/?phishing@p=\r\not\">\r\n";
  const std::string changed = replaced(lines);
  CHECK(decode_quoted_printable(changed) ==
        "Hello alice@contoso.example, this line is as long as it may be, that is 76 bytes."
        "<a href=\"http://a.example/?alice@contoso.example\">\r\n");
}

TEST_CASE("lines of base64 decode to the text with the other address, at every offset") {
  for (std::size_t offset = 0; offset < 80; ++offset) {
    const std::string before(offset, 'x');
    const std::string text = before + " phishing@pot " + std::string(70, 'y');
    const std::string part = in_lines_of(stand_in::encode_base64(text), 76);
    const std::string changed = replaced("--b\r\n\r\n" + part + "--b--\r\n");
    REQUIRE(changed.starts_with("--b\r\n\r\n"));
    REQUIRE(changed.ends_with("\r\n--b--\r\n"));
    const std::string inside = changed.substr(7, changed.size() - 14);
    CHECK(decode_base64(inside) == before + " alice@contoso.example " + std::string(70, 'y'));
    for (std::size_t at = 0; at < inside.size();) {
      const std::size_t end = inside.find("\r\n", at);
      CHECK(end - at <= 76);
      CHECK((end - at) % 4 == 0);
      at = end + 2;
    }
  }
}

TEST_CASE("base64 without the address keeps its bytes") {
  const std::string part = in_lines_of(stand_in::encode_base64(std::string(500, '\x07')), 60);
  CHECK(replaced(part) == part);
  CHECK(replaced("one\nword\na line\n") == "one\nword\na line\n");
}

TEST_CASE("an address that a link carries as base64 is replaced, in base64 lines too") {
  const std::string link = "http://a.example/#" + stand_in::encode_base64("phishing@pot");
  const std::string other = "http://a.example/#" + stand_in::encode_base64("alice@contoso.example");
  CHECK(replaced("Go to " + link + "\r\n") == "Go to " + other + "\r\n");
  CHECK(decode_base64(replaced(in_lines_of(stand_in::encode_base64("Go to " + link), 76))) ==
        "Go to " + other);
}

}  // namespace secondlook
