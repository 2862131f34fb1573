#include "tests/bench/detection_quality/neutral_mail.h"

#include <catch2/catch.hpp>

#include "analyzer/message/journal_report.h"
#include "tests/support/mail_headers.h"

namespace secondlook {
namespace {

const std::string kCaught =
    "Received: from evil.example by honeypot.example; Tue, 3 Mar 2026 10:00:00 +0000\r\n"
    "X-MS-Exchange-Organization-SCL: 1\r\n"
    "Authentication-Results: spf=fail\r\n\tsmtp.mailfrom=evil.example;\r\n dmarc=fail\r\n"
    "X-Forefront-Antispam-Report: CAT:PHSH;\r\n"
    "From: \"Bank\"\r\n <bank@evil.example>\r\n"
    "To: phishing@pot\r\n"
    "Subject: phishing@pot, your\r\n\taccount\r\n"
    "Date: Tue, 3 Mar 2026 09:59:00 +0000\r\n"
    "DKIM-Signature: v=1; d=evil.example;\r\n b=abc\r\n"
    "\r\n"
    "X-MS-Exchange-Organization-SCL: 9\r\n"
    "Received: is a word\r\n"
    "Delivered-To: phishing@pot\r\n";

std::string with_bare_line_feeds(std::string text) {
  std::erase(text, '\r');
  return text;
}

}  // namespace

TEST_CASE("what relays and filters wrote is gone, folded lines and all") {
  const std::string neutral = neutral_mail(kCaught);
  const auto headers = stand_in::read_mail_headers(neutral);
  std::vector<std::string> names;
  for (const auto& field : headers.fields) names.push_back(field.name);
  CHECK(names == std::vector<std::string>{"Received", "Received", "From", "To", "Subject", "Date"});
  CHECK(neutral.find("dmarc") == neutral.npos);
  CHECK(neutral.find("b=abc") == neutral.npos);
  CHECK(neutral.find("honeypot") == neutral.npos);
}

TEST_CASE("the sender's fields stay as they were, folding included, but for the recipient") {
  const std::string neutral = neutral_mail(kCaught);
  CHECK(neutral.find("\r\nFrom: \"Bank\"\r\n <bank@evil.example>\r\n") != neutral.npos);
  CHECK(neutral.find("\r\nTo: alice@contoso.example\r\n") != neutral.npos);
  CHECK(neutral.find("Subject: alice@contoso.example, your\r\n\taccount\r\n") != neutral.npos);
}

TEST_CASE("a line of the body that looks like a header field is left") {
  CHECK(
      neutral_mail(kCaught).ends_with("\r\n\r\n"
                                      "X-MS-Exchange-Organization-SCL: 9\r\n"
                                      "Received: is a word\r\n"
                                      "Delivered-To: alice@contoso.example\r\n"));
}

TEST_CASE("line feeds alone and CRLF give the same neutral mail, each time") {
  CHECK(neutral_mail(with_bare_line_feeds(kCaught)) == neutral_mail(kCaught));
  CHECK(neutral_mail(kCaught) == neutral_mail(kCaught));
}

TEST_CASE("a mail that is neutral already changes no more") {
  CHECK(neutral_mail(neutral_mail(kCaught)) == neutral_mail(kCaught));
}

TEST_CASE("every mail comes by the same hops, when its sender says to have written it") {
  const std::string neutral = neutral_mail(kCaught);
  CHECK(
      neutral.starts_with("Received: from edge.sender.example (edge.sender.example "
                          "[198.18.4.25])\r\n\tby mx.contoso.example "));
  CHECK(stand_in::read_mail_headers(neutral)
            .value("Received")
            .ends_with("Tue, 03 Mar 2026 09:59:00 +0000"));
  const std::string undated = neutral_mail("From: a@b.example\r\n\r\nHello\r\n");
  CHECK(stand_in::read_mail_headers(undated)
            .value("Received")
            .ends_with("Thu, 15 Jan 2026 00:00:00 +0000"));
}

TEST_CASE("a mailing list's address becomes the recipient in To and Cc, and nowhere else") {
  const std::string neutral = neutral_mail(
      "From: a@b.example\nReply-To: users@lists.example\nTo: Users <Users@lists.example>\n"
      "Cc: c@d.example,\n users@lists.example\nList-Post: <mailto:users@lists.example>\n"
      "X-BeenThere: users@lists.example\n\nWrite to users@lists.example\n");
  CHECK(neutral.find("\r\nTo: Users <alice@contoso.example>\r\n") != neutral.npos);
  CHECK(neutral.find("Cc: c@d.example,\r\n alice@contoso.example\r\n") != neutral.npos);
  CHECK(neutral.find("Reply-To: users@lists.example\r\n") != neutral.npos);
  CHECK(neutral.ends_with("\r\n\r\nWrite to users@lists.example\r\n"));
  CHECK(neutral.find("List-Post") == neutral.npos);
}

TEST_CASE("two From fields, an mbox line, and a mail without a body are no obstacle") {
  const std::string neutral = neutral_mail(
      "From a@b.example Tue Mar  3 09:59:00 2026\nFrom: a@b.example\nFrom: c@d.example");
  CHECK(neutral.ends_with("\r\nFrom: a@b.example\r\nFrom: c@d.example\r\n\r\n"));
  CHECK(neutral_mail("").ends_with("2026 00:00:00 +0000\r\n\r\n"));
  for (std::size_t length = 0; length <= kCaught.size(); ++length)
    CHECK(neutral_mail(kCaught.substr(0, length)).starts_with("Received: from edge.sender"));
}

TEST_CASE("Microsoft's level is read from the untouched mail only, and only where it is a number") {
  CHECK(spam_confidence_level(kCaught) == 1);
  CHECK(spam_confidence_level("X-MS-Exchange-Organization-SCL:\r\n -1\r\n\r\n") == -1);
  CHECK_FALSE(spam_confidence_level("X-MS-Exchange-Organization-SCL: 5x\r\n\r\n"));
  CHECK_FALSE(spam_confidence_level("A: b\r\n\r\nX-MS-Exchange-Organization-SCL: 1\r\n"));
  CHECK_FALSE(spam_confidence_level(neutral_mail(kCaught)));
}

TEST_CASE("a journal report holds the neutral mail, and unwraps") {
  const std::string neutral = neutral_mail(kCaught);
  const std::string report = journal_report_of(neutral);
  CHECK(report.find(neutral) != report.npos);
  CHECK(report == journal_report_of(neutral));
  CHECK(report.find("Recipient: alice@contoso.example\r\n") != report.npos);
  CHECK(unwrap_journal_report(report));
}

}  // namespace secondlook
