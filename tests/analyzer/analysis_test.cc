#include "analyzer/analysis.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "analyzer/packed_mail.h"
#include "tests/analyzer/analysis_scene.h"

using namespace secondlook;
using namespace secondlook::analysis_scene;

TEST_CASE("an ordinary mail in a genuine report is clean, with its facts and all recipients") {
  const Verdict verdict = analyze(report_of({kOrdinary}));
  CHECK(verdict.disposition == Disposition::clean);
  CHECK(verdict.message_id == "<1@sender.example>");
  CHECK(verdict.direction == "inbound");
  REQUIRE(verdict.recipients.size() == 2);
  CHECK(verdict.recipients[1].address == "hidden@contoso.example");
  CHECK(verdict.size == kOrdinary.size());
  CHECK(verdict.errors.empty());
  CHECK(verdict.rule_set == shipped_rules().facts.hash);
}

TEST_CASE("the verdict of an analysis survives its own way over the socket") {
  const Verdict verdict = analyze(report_of({kOrdinary}));
  const auto read = parse_verdict(to_json(verdict));
  REQUIRE(read);
  CHECK(to_json(*read) == to_json(verdict));
}

TEST_CASE("an impostor who asks for a password is malicious, with the reasons") {
  const Verdict verdict = analyze(
      report_of({text_mail("\"IT contoso.example\" <it@contsoo.example>",
                           "Your mailbox has been suspended. Verify your account within 24 hours:\n"
                           "https://login.evil.test/x")}));
  CHECK(verdict.disposition == Disposition::malicious);
  CHECK(verdict.score >= Thresholds{}.malicious);
  CHECK_FALSE(verdict.hits.empty());
  CHECK(verdict.links.size() == 1);
}

TEST_CASE("a mail that the policy may remove goes with itself in few bytes, no other does") {
  const std::string impostor =
      text_mail("\"IT contoso.example\" <it@contsoo.example>",
                "Your mailbox has been suspended. Verify your account within 24 hours:\n"
                "https://login.evil.test/x");
  const Verdict verdict = analyze(report_of({impostor}));
  const auto kept = unpack_mail(verdict.reduced_mail, 1 << 20);
  REQUIRE(kept);
  CHECK(*kept == impostor);
  CHECK(analyze(report_of({kOrdinary})).reduced_mail.empty());
  CHECK(analyze(impostor, nullptr, true).disposition == verdict.disposition);
}

TEST_CASE("the same request by an unknown sender is suspicious at most") {
  const Verdict verdict = analyze(
      report_of({text_mail("Bank <info@bank.example>",
                           "Your account has been suspended. Verify your account within 24 hours:\n"
                           "https://www.bank.example/x")}));
  CHECK(verdict.disposition != Disposition::malicious);
  CHECK(verdict.score > 0);
}

TEST_CASE("a Japanese request for a password is seen in its own writing") {
  const Verdict verdict = analyze(report_of(
      {text_mail("contoso.example <it@evil.test>",
                 "アカウントの利用を停止しました。24時間以内にパスワードを確認してください。\n"
                 "https://login.evil.test/x")}));
  CHECK(verdict.disposition == Disposition::malicious);
}

TEST_CASE("a report without its tenant's evidence is forged, whatever it holds") {
  const Verdict verdict = analyze(report_of({kOrdinary}, ""));
  CHECK(verdict.disposition == Disposition::forged_report);
  CHECK(verdict.errors.size() == 1);
  CHECK(verdict.hits.empty());
  CHECK(analyze(report_of({kOrdinary}, "X-OriginatorOrg: evil.test\r\n")).disposition ==
        Disposition::forged_report);
}

TEST_CASE("a connector's test mail is no report, is kept, and in a scan it is judged") {
  const std::string test_mail = with_line_ends(
      "From: O365ConnectorValidation@contoso.example\nTo: j-secret@journal.example\n"
      "Subject: Test email for connector validation\n\nhello\n");
  const Verdict verdict = analyze(test_mail);
  CHECK(verdict.disposition == Disposition::not_a_report);
  CHECK(verdict.sender == "O365ConnectorValidation@contoso.example");
  CHECK(verdict.recipients.empty());
  CHECK(verdict.hits.empty());
  CHECK_FALSE(is_plain_copy(verdict));
  const Verdict scanned = analyze(test_mail, nullptr, true);
  CHECK(scanned.disposition == Disposition::clean);
  REQUIRE(scanned.recipients.size() == 1);
  CHECK(scanned.recipients[0].role == "to");
}

TEST_CASE("a plain copy that names the tenant's people is scored for them, and says what it is") {
  const Verdict clean = analyze(kOrdinary);
  CHECK(clean.disposition == Disposition::clean);
  CHECK(is_plain_copy(clean));
  const std::string copy = mail(
      "\"IT contoso.example\" <it@contsoo.example>", "Notice",
      "Content-Type: text/plain\n\nYour mailbox has been suspended. Verify your account within 24 "
      "hours:\nhttps://login.evil.test/x\n",
      "Delivered-To: hanako@contoso.example\nX-Gm-Original-To: BEN@contoso.example\n"
      "Cc: else@partner.example\n");
  const Verdict verdict = analyze(copy);
  CHECK(verdict.disposition == Disposition::malicious);
  CHECK(is_plain_copy(verdict));
  REQUIRE(verdict.recipients.size() == 2);
  CHECK(verdict.recipients[0].address == "ben@contoso.example");
  CHECK(verdict.recipients[1].address == "hanako@contoso.example");
}

TEST_CASE("a report in a bounce is judged as if it had arrived, and must have the same evidence") {
  const auto bounce = [](const std::string& report) {
    return with_line_ends(
               "From: postmaster@contoso.example\nTo: ndr@contoso.example\n"
               "Content-Type: multipart/report; boundary=ndr\n\n--ndr\n\nsorry\n--ndr\n"
               "Content-Type: message/rfc822\n\n") +
           report + "\r\n--ndr--\r\n";
  };
  const Verdict direct = analyze(report_of({kOrdinary}));
  const Verdict bounced = analyze(bounce(report_of({kOrdinary})));
  CHECK(bounced.disposition == Disposition::clean);
  CHECK(bounced.digest == direct.digest);
  CHECK(bounced.message_id == direct.message_id);
  CHECK(bounced.recipients.size() == 2);
  CHECK_FALSE(is_plain_copy(bounced));
  CHECK(analyze(bounce(report_of({kOrdinary}, ""))).disposition == Disposition::forged_report);
}

TEST_CASE("an original that looks like a report is judged as the mail it is") {
  const Verdict verdict = analyze(report_of({report_of({kOrdinary})}));
  CHECK(verdict.recipients.size() == 2);
  CHECK(verdict.message_id.empty() == false);
  CHECK(verdict.subject == "x");
}

TEST_CASE("an original without Message-ID is named by the id that the report gives it") {
  std::string nameless = kOrdinary;
  nameless.erase(nameless.find("Message-ID:"),
                 std::string("Message-ID: <1@sender.example>\r\n").size());
  const Verdict verdict = analyze(report_of({nameless}));
  CHECK(verdict.message_id == "<1@sender.example>");
}

TEST_CASE("an encrypted mail is marked, and not taken for a mail with nothing in it") {
  const Verdict verdict = analyze(report_of({mail(
      "anna@sender.example", "x",
      "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx\n")}));
  CHECK(has(verdict.attributes, "encrypted_message"));
}

TEST_CASE("an opaque signature, whose text was not read, is not called clean") {
  const Verdict verdict = analyze(report_of({mail(
      "anna@sender.example", "x",
      "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n\nx\n")}));
  CHECK(verdict.disposition == Disposition::unscanned);
  CHECK(has(verdict.attributes, "partly_scanned"));
}

TEST_CASE("a damaged winmail.dat, which may hide the whole mail, is not called clean") {
  const Verdict verdict =
      analyze(report_of({mail_with_attachment("winmail.dat", "\x78\x9F\x3E\x22\x01")}));
  CHECK(verdict.disposition == Disposition::unscanned);
  CHECK(has(verdict.attributes, "partly_scanned"));
}

TEST_CASE("of an encrypted original only the clear copy is scored, and the original is named") {
  const std::string sealed =
      mail("\"IT\" <it@contsoo.example>", "x",
           "Content-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg\n\nx\n");
  const std::string clear =
      text_mail("\"IT\" <it@contsoo.example>",
                "Your mailbox has been suspended. Verify your account within 24 hours:\n"
                "https://login.evil.test/x");
  const Verdict verdict = analyze(report_of({sealed, clear}));
  CHECK(verdict.disposition == Disposition::malicious);
  CHECK(has(verdict.attributes, "encrypted_message"));
  CHECK(has(verdict.attributes, "decrypted_copy"));
  CHECK(verdict.size == sealed.size());
  CHECK(verdict.digest == analyze(report_of({sealed})).digest);
}

TEST_CASE("a second copy of a mail that is not encrypted cannot stand in for it") {
  const std::string phish =
      text_mail("\"IT\" <it@contsoo.example>",
                "Your mailbox has been suspended. Verify your account within 24 hours:\n"
                "https://login.evil.test/x");
  CHECK(analyze(report_of({phish, kOrdinary})).disposition == Disposition::malicious);
  CHECK(analyze(report_of({kOrdinary, phish})).disposition == Disposition::malicious);
}

TEST_CASE("what an original hides behind the report's own boundary is judged") {
  const std::string split =
      mail("\"IT\" <it@contsoo.example>", "Notice",
           "Content-Type: multipart/mixed; boundary=\"_r_\"\n\nhello\n--_r_\nContent-Type: "
           "text/plain\n\n"
           "Your mailbox has been suspended. Verify your account within 24 hours:\n"
           "https://login.evil.test/x\n--_r_--\n");
  const Verdict verdict = analyze(report_of({split}));
  CHECK(verdict.disposition == Disposition::malicious);
  CHECK(verdict.links.size() == 1);
}

TEST_CASE("ten thousand recipients and as many links: every recipient is kept") {
  std::string report = report_of({text_mail("Anna <anna@sender.example>", [] {
    std::string links;
    for (int i = 0; i < 10'000; ++i)
      links += "https://host" + std::to_string(i) + ".example/" + std::string(200, 'x') + "\n";
    return links;
  }())});
  std::string lines;
  for (int i = 0; i < 10'000; ++i)
    lines += "Recipient: user" + std::to_string(i) + "@contoso.example, Forwarded: old" +
             std::to_string(i) + "@contoso.example\r\n";
  report.insert(report.find("Recipient: ben"), lines);
  const auto arrived = parse_verdict(to_json(analyze(report)));
  REQUIRE(arrived);
  REQUIRE(arrived->recipients.size() == 10'002);
  CHECK(arrived->recipients[9'999].address == "user9999@contoso.example");
  CHECK(arrived->recipients[9'999].forwarded_from == "old9999@contoso.example");
  CHECK(arrived->links.size() == VerdictBounds::kLinks);
}

TEST_CASE("of a decrypted report the clear copy is judged and the original is named") {
  const std::string sealed = text_mail("\"IT\" <it@contsoo.example>", "sealed");
  const std::string clear =
      text_mail("\"IT\" <it@contsoo.example>",
                "Your mailbox has been suspended. Verify your account within 24 hours:\n"
                "https://login.evil.test/x");
  const Verdict verdict = analyze(report_of({sealed, clear}));
  CHECK(verdict.disposition == Disposition::malicious);
  CHECK(has(verdict.attributes, "decrypted_copy"));
  CHECK(verdict.size == sealed.size());
}

TEST_CASE("a mail nested deeper than the reader goes is not called clean") {
  std::string deep = "Content-Type: text/plain\n\nend\n";
  for (int depth = 0; depth < 150; ++depth) deep = "Content-Type: message/rfc822\n\n" + deep;
  const Verdict verdict = analyze(report_of({mail("a@sender.example", "x", deep)}));
  CHECK(verdict.disposition != Disposition::clean);
  CHECK_FALSE(verdict.errors.empty());
}

TEST_CASE("what is known of a sender counts for mail from outside, of the tenant's own history") {
  HistoryContent content;
  const HistoryKeys keys(content.secret);
  content.seen = {{keys.tenant("contoso"), 100, 0, 0, 20'000, 20'100}};
  const std::string bytes = encode_history(content);
  const auto history = HistorySnapshot::read(bytes);
  REQUIRE(history);
  AnalysisContext context;
  context.tenant = &contoso();
  context.own_domains = contoso().domains;
  context.received_at = Timestamp(std::chrono::hours(24 * 20'700));
  const std::string report =
      report_of({with_line_ends("From: Anna <anna@sender.example>\nSubject: hello\n\nHello\n")});
  const auto judge = [&] {
    return Analysis(shipped_rules(), Thresholds{}, nullptr).analyze(report, context);
  };
  CHECK_FALSE(has(judge().attributes, "new_sender"));
  context.history = &*history;
  CHECK(has(judge().attributes, "new_sender"));
  context.received_at = Timestamp(std::chrono::hours(24 * 20'010));  // too young to tell
  CHECK_FALSE(has(judge().attributes, "new_sender"));
}

TEST_CASE("a report that cannot be unwrapped is unscanned with the reason") {
  const std::string report = report_of({});
  const Verdict verdict = analyze(report);
  CHECK(verdict.disposition == Disposition::unscanned);
  CHECK_FALSE(verdict.errors.empty());
}
