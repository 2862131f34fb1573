#include "analyzer/user_report.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string report_with(const std::vector<std::string>& attached) {
  std::string mail =
      "From: ann@contoso.example\r\nMessage-ID: <report@contoso.example>\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=r\r\n\r\n--r\r\n\r\nphish\r\n";
  for (const std::string& one : attached)
    mail += "--r\r\nContent-Type: message/rfc822\r\n\r\n" + one + "\r\n";
  return mail + "--r--\r\n";
}

std::vector<std::string> ids_in(const std::string& mail) {
  return attached_message_ids(parse_message(mail));
}

const std::string kOne = "Message-ID: <1@evil.example>\r\nSubject: one\r\n\r\nOne";
const std::string kTwo = "Subject: two\r\nmessage-id:\r\n <2@evil.example>\r\n\r\nTwo";

}  // namespace

TEST_CASE("the mails attached to a report are named, each once") {
  CHECK(ids_in(report_with({kOne, kTwo, kOne})) ==
        std::vector<std::string>{"<1@evil.example>", "<2@evil.example>"});
  CHECK(ids_in(report_with({})).empty());
  CHECK(ids_in(report_with({"Subject: none\r\n\r\nx"})).empty());
}

TEST_CASE("a mail within the reported one is not what was reported") {
  const std::string outer =
      "Message-ID: <outer@evil.example>\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n"
      "Content-Type: message/rfc822\r\n\r\n" +
      kOne + "\r\n--i--\r\n";
  CHECK(ids_in(report_with({outer, kTwo})) ==
        std::vector<std::string>{"<outer@evil.example>", "<2@evil.example>"});
}

TEST_CASE("a report names twenty mails at most") {
  std::vector<std::string> many;
  for (int i = 0; i < 30; ++i)
    many.push_back("Message-ID: <" + std::to_string(i) + "@evil.example>\r\n\r\nx");
  CHECK(ids_in(report_with(many)).size() == kMostReported);
}

TEST_CASE("report mailboxes are known in any case") {
  const std::vector<Recipient> recipients = {{"SOC@contoso.example", "to", "", ""}};
  CHECK(is_sent_to(recipients, {"soc@contoso.example"}));
  CHECK_FALSE(is_sent_to(recipients, {"abuse@contoso.example"}));
  CHECK_FALSE(is_sent_to(recipients, {}));
}
