#include "analyzer/message/message_seal.h"

#include <catch2/catch.hpp>

using namespace secondlook;
using namespace std::string_literals;

namespace {

Seal seal_of_mail(const std::string& type, const std::string& content) {
  const std::string bytes = "Subject: x\r\nContent-Type: " + type + "\r\n\r\n" + content + "\r\n";
  return seal_of(parse_message(bytes));
}

// The start of DER CMS content: SEQUENCE, object identifier.
std::string cms(char type) {
  return "\x30\x82\x01\x00\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07"s + type + "\xA0\x80 data";
}

}  // namespace

TEST_CASE("what only the recipient's key opens is encrypted") {
  CHECK(seal_of_mail("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", cms(3)) ==
        Seal::encrypted);
  CHECK(seal_of_mail("application/x-pkcs7-mime; name=smime.p7m", "garbage") == Seal::encrypted);
  CHECK(seal_of_mail("application/octet-stream; name=\"smime.p7m\"", cms(3)) == Seal::encrypted);
  CHECK(seal_of_mail("application/pkcs7-mime",
                     "\x30\x80\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10"
                     "\x01\x17 auth") == Seal::encrypted);
  CHECK(seal_of_mail("application/x-microsoft-rpmsg-message; name=message.rpmsg", "x") ==
        Seal::encrypted);
  CHECK(seal_of_mail("application/octet-stream; name=message_v3.rpmsg", "x") == Seal::encrypted);
  CHECK(seal_of_mail("application/octet-stream", "\x76\xE8\x04\x60\xC4\x11\xE3\x86 x") ==
        Seal::encrypted);
  CHECK(seal_of_mail("multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b",
                     "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--") ==
        Seal::encrypted);
}

TEST_CASE("an opaque signature wraps what clients show, whatever the declared type says") {
  CHECK(seal_of_mail("application/pkcs7-mime; smime-type=signed-data", cms(2)) == Seal::wrapped);
  CHECK(seal_of_mail("application/pkcs7-mime; smime-type=enveloped-data", cms(2)) == Seal::wrapped);
  CHECK(seal_of_mail("application/pkcs7-mime; smime-type=signed-data", "cut") == Seal::wrapped);
}

TEST_CASE("ordinary mail, a clear signature and another .p7m are not sealed") {
  CHECK(seal_of_mail("text/plain", "hello") == Seal::none);
  CHECK(seal_of_mail("application/pkcs7-signature; name=smime.p7s", cms(2)) == Seal::none);
  CHECK(seal_of_mail("application/octet-stream; name=notes.p7m", "text") == Seal::none);
}
