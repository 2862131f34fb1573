#include "tests/support/journal_report_builder.h"

#include <fstream>

#include <catch2/catch.hpp>

#include "analyzer/message/journal_report.h"
#include "tests/support/mail_headers.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/transport_stamps.h"

namespace secondlook::stand_in {

namespace {

constexpr const char* kMail =
    "From: \"Tanaka\" <tanaka@fabrikam.example>\nTo: alice@contoso.example\n"
    "Subject: =?ISO-2022-JP?B?GyRCOH06QhsoQg==?=\n =?us-ascii?q?_now?=\n"
    "Message-ID: <1@fabrikam.example>\n\nHello\n.dot\n";

JournalReportDraft draft_of(const std::string& mail) {
  JournalReportDraft draft;
  draft.original = mail;
  draft.recipients = {{"alice@contoso.example", "Recipient", "", ""},
                      {"bob@contoso.example", "Recipient", "team@contoso.example", ""},
                      {"carol@contoso.example", "Bcc", "", "old@contoso.example"}};
  draft.report_id = "768671e9-f259-4ae8-8db8-c0c3b0a56da0";
  draft.made_at = ManualClock().now();
  return draft;
}

std::vector<std::string> field_names(const std::string& mail) {
  std::vector<std::string> names;
  for (const MailHeader& field : read_mail_headers(mail).fields) names.push_back(field.name);
  return names;
}

}  // namespace

TEST_CASE("what the builder builds, the analyzer unwraps, in every shape") {
  for (const bool quoted : {false, true}) {
    for (const bool on_premises : {false, true}) {
      for (const bool swapped : {false, true}) {
        JournalReportDraft draft = draft_of(kMail);
        draft.quoted_printable = quoted;
        draft.with_byte_order_mark = quoted;
        draft.on_premises = on_premises;
        draft.subject_after_message_id = swapped;
        CAPTURE(quoted, on_premises, swapped);
        const std::string bytes = build_journal_report(draft);
        const auto report = unwrap_journal_report(bytes);
        REQUIRE(report.has_value());
        CHECK(report->original == with_crlf(kMail));
        CHECK(report->sender == "tanaka@fabrikam.example");
        CHECK(report->subject == "口座 now");
        CHECK(report->message_id == "<1@fabrikam.example>");
        REQUIRE(report->recipients.size() == 3);
        CHECK(report->recipients[2].address == "carol@contoso.example");
      }
    }
  }
}

TEST_CASE("a report has the header fields of a real one, in their order") {
  const std::string sample =
      std::string(SHARED_MATERIAL) + "/journal_reports/o365_journaled.email.rfc822.eml";
  if (!std::ifstream(sample).good()) {
    WARN("skipped: no " + sample);
    return;
  }
  std::vector<std::string> real = field_names(content_of(sample));
  real.erase(real.begin(), std::find(real.begin(), real.end(), "Content-Type"));
  CHECK(field_names(build_journal_report(draft_of(kMail))) == real);
}

TEST_CASE("quoted-printable text keeps within 76 characters a line") {
  JournalReportDraft draft = draft_of(kMail);
  draft.quoted_printable = true;
  draft.recipients = {{std::string(300, 'a') + "=@contoso.example", "To", "", ""}};
  const std::string bytes = build_journal_report(draft);
  std::size_t start = bytes.find("quoted-printable");
  const std::size_t end = bytes.find("message/rfc822");
  while (start < end) {
    const std::size_t line_end = bytes.find("\r\n", start);
    CHECK(line_end - start <= 76);
    start = line_end + 2;
  }
}

TEST_CASE("stamps stand above and below the mail's own fields, its body stays") {
  TransportStamps stamps;
  stamps.network_message_id = "9765f09b-0f6b-4cb5-d955-08d57aea6075";
  stamps.mail_from = "tanaka@fabrikam.example";
  stamps.recipients = {"alias@contoso.example", "bob@contoso.example"};
  stamps.received_at = ManualClock().now();
  const std::string mail = stamp_mail(kMail, stamps);
  const MailHeaders headers = read_mail_headers(mail);
  CHECK(headers.fields.front().name == "Received");
  CHECK(headers.value("X-MS-Exchange-Organization-Network-Message-Id") ==
        stamps.network_message_id);
  CHECK(headers.value("X-MS-Exchange-Organization-OriginalEnvelopeRecipients") ==
        "alias@contoso.example;bob@contoso.example");
  CHECK(headers.value("Received").ends_with("Sun, 22 Nov 2026 12:00:00 +0000"));
  CHECK(mail.substr(headers.body_offset) == "Hello\r\n.dot\r\n");
}

TEST_CASE("a mail without Message-ID or body gets an id and keeps having no body") {
  TransportStamps stamps;
  stamps.network_message_id = "id";
  const std::string mail = stamp_mail("Subject: x\n", stamps);
  const MailHeaders headers = read_mail_headers(mail);
  CHECK(headers.value("Message-ID") == "<id@namprd20.prod.outlook.com>");
  CHECK(headers.body_offset == mail.size());
}

}  // namespace secondlook::stand_in
