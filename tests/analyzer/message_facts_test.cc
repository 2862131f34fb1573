#include "analyzer/message_facts.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

TrustedHeaders sent_by(bool tenant) {
  TrustedHeaders trusted;
  trusted.sent_by_tenant = tenant;
  return trusted;
}

}  // namespace

TEST_CASE("the direction follows from who sent it and where it goes") {
  const std::vector<std::string> own = {"contoso.example"};
  const std::vector<Recipient> inside = {{"a@contoso.example", "to", "", ""}};
  const std::vector<Recipient> mixed = {{"a@contoso.example", "to", "", ""},
                                        {"b@other.example", "to", "", ""}};
  CHECK(direction_of(sent_by(false), inside, own) == "inbound");
  CHECK(direction_of(sent_by(true), inside, own) == "internal");
  CHECK(direction_of(sent_by(true), mixed, own) == "outbound");
  CHECK(direction_of(sent_by(true), {}, own) == "outbound");
}

TEST_CASE("who, when and what are recorded as the mail says them") {
  const std::string bytes =
      "From: =?utf-8?B?5bGx55Sw?= <Yamada@Sender.Example>\r\n"
      "To: a@contoso.example\r\nCc: b@contoso.example\r\n"
      "Reply-To: elsewhere@other.example\r\nReturn-Path: <bounce@sender.example>\r\n"
      "Message-ID: <1@sender.example>\r\nDate: Mon, 1 Jun 2026 09:00:00 +0900\r\n"
      "User-Agent: Mailer 1\r\nSubject: =?utf-8?Q?caf=C3=A9?=\r\n\r\n"
      "See https://www.example.org/a and https://www.example.org/a\r\n";
  const ParsedMessage message = parse_message(bytes);
  Verdict verdict;
  fill_identity(verdict, message, read_trusted_headers(message));
  fill_content(verdict, message);
  CHECK(verdict.sender == "Yamada@Sender.Example");
  CHECK(verdict.sender_name == "\xE5\xB1\xB1\xE7\x94\xB0");
  CHECK(verdict.from_domain == "sender.example");
  CHECK(verdict.reply_to == "elsewhere@other.example");
  CHECK(verdict.envelope_sender == "bounce@sender.example");
  CHECK(verdict.message_id == "<1@sender.example>");
  CHECK(verdict.sent_at.substr(0, 19) == "2026-06-01T00:00:00");
  CHECK(verdict.subject == "caf\xC3\xA9");
  CHECK(verdict.x_mailer == "Mailer 1");
  CHECK(verdict.size == bytes.size());
  CHECK(verdict.digest.size() == 64);
  CHECK(verdict.links.size() == 1);
  const auto recipients = recipients_in_header(message);
  REQUIRE(recipients.size() == 2);
  CHECK(recipients[0].role == "to");
  CHECK(recipients[1].address == "b@contoso.example");
}
