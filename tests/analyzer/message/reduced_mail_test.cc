#include "analyzer/message/reduced_mail.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

const std::string kInvoice =
    "From: Billing <billing@shop.example>\r\n"
    "Subject: Your invoice\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=outer\r\n"
    "\r\n"
    "--outer\r\n"
    "Content-Type: multipart/alternative; boundary=inner\r\n"
    "\r\n"
    "--inner\r\n"
    "Content-Type: text/plain\r\n"
    "\r\n"
    "Please pay the invoice.\r\n"
    "--inner\r\n"
    "Content-Type: text/html\r\n"
    "\r\n"
    "<p>Please pay <a href=\"https://shop.example/pay\">the invoice</a>.</p>\r\n"
    "--inner--\r\n"
    "--outer\r\n"
    "Content-Type: application/pdf; name=\"invoice.pdf\"\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "JVBERi0xLjQKJSDi48/TCg==\r\n"
    "--outer\r\n"
    "Content-Type: text/plain; name=\"notes.txt\"\r\n"
    "Content-Disposition: attachment\r\n"
    "\r\n"
    "private notes\r\n"
    "--outer--\r\n";

std::string reduced(const std::string& mail, const ReductionLimits& limits = {}) {
  return reduce_mail(parse_message(mail), limits);
}

}  // namespace

TEST_CASE(
    "a reduced mail shows its reader the same, and says nothing of what its attachments hold") {
  const std::string kept = reduced(kInvoice);
  CHECK(kept.find("JVBERi0") == std::string::npos);
  const ParsedMessage before = parse_message(kInvoice), after = parse_message(kept);
  CHECK(after.body_text == before.body_text);
  CHECK(after.links.size() == before.links.size());
  REQUIRE(after.parts.size() == before.parts.size());
  for (std::size_t i = 0; i < before.parts.size(); ++i) {
    CHECK(after.parts[i].content_type == before.parts[i].content_type);
    CHECK(after.parts[i].file_name == before.parts[i].file_name);
  }
  CHECK(after.attachments.size() == 2);
}

TEST_CASE("a plain mail without attachments is kept as it is") {
  const std::string mail = "From: a@b.example\r\nSubject: hello\r\n\r\nGood morning\r\n";
  CHECK(reduced(mail) == mail);
  CHECK(reduced("").empty());
  CHECK(reduced("\r\n\r\n") == "\r\n\r\n");
}

TEST_CASE("long texts are cut, each and in all") {
  const std::string mail = "Subject: long\r\n\r\n" + std::string(100'000, 'x');
  CHECK(reduced(mail).size() < 40'000);
  CHECK(reduced(mail, {200'000, 5000}).size() == 5000);
  const std::string header = "X-Long: " + std::string(300'000, 'y') + "\r\n\r\nshort";
  CHECK(reduced(header).size() == ReductionLimits().bytes);
}

TEST_CASE("the attachments of a forwarded mail go too") {
  const std::string forwarded =
      "Subject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=fwd\r\n\r\n"
      "--fwd\r\nContent-Type: message/rfc822\r\n\r\n" +
      kInvoice + "--fwd--\r\n";
  const std::string kept = reduced(forwarded);
  CHECK(kept.find("JVBERi0") == std::string::npos);
  CHECK(kept.find("Please pay the invoice.") != std::string::npos);
}
