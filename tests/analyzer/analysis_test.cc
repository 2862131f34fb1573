#include "analyzer/analysis.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/archive_writer.h"
#include "analyzer/packed_mail.h"
#include "analyzer/signals/signals.h"

using namespace secondlook;

namespace {

const std::string kShippedRules = std::string(TEST_CASES) + "/../../deploy/rules";

const LoadedRules& shipped_rules() {
  static const Result<LoadedRules> rules = load_rules({kShippedRules}, all_signals(), "");
  if (!rules) FAIL(rules.error().message);
  return *rules;
}

const TenantSettings& contoso() {
  static const TenantSettings tenant = [] {
    TenantSettings value;
    value.name = "contoso";
    value.domains = {"contoso.example", "contoso.onmicrosoft.com"};
    return value;
  }();
  return tenant;
}

// Answers as it is told and counts the questions.
class ScriptedScanner final : public MalwareScanner {
 public:
  explicit ScriptedScanner(Result<MalwareAnswer> answer) : answer_(std::move(answer)) {}
  Result<MalwareAnswer> scan(std::string_view) override {
    ++questions;
    return answer_;
  }
  bool is_lost() const override { return !answer_; }
  int questions = 0;

 private:
  Result<MalwareAnswer> answer_;
};

Verdict analyze(const std::string& bytes, MalwareScanner* scanner = nullptr,
                bool judge_plain_mail = false) {
  AnalysisContext context;
  context.tenant = &contoso();
  context.own_domains = contoso().domains;
  context.judge_plain_mail = judge_plain_mail;
  return Analysis(shipped_rules(), Thresholds{}, scanner).analyze(bytes, context);
}

constexpr std::string_view kEvidence = "X-OriginatorOrg: contoso.onmicrosoft.com\r\n";

std::string with_line_ends(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\r\n");
  return text;
}

// A report in the shape of Exchange Online's around `originals`.
std::string report_of(const std::vector<std::string>& originals,
                      std::string_view evidence = kEvidence) {
  std::string report =
      "Content-Type: multipart/mixed; boundary=\"_r_\"\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
      "From: Anna <anna@sender.example>\r\nX-MS-Journal-Report:\r\n";
  report.append(evidence).append(
      "\r\n--_r_\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\n\r\n"
      "Sender: anna@sender.example\r\nSubject: x\r\nMessage-Id: <1@sender.example>\r\n"
      "Recipient: ben@contoso.example\r\nRecipient: hidden@contoso.example\r\n\r\n");
  for (const std::string& original : originals)
    report += "--_r_\r\nContent-Type: message/rfc822\r\n\r\n" + original + "\r\n";
  return report + "--_r_--\r\n";
}

std::string mail(const std::string& from, const std::string& subject, const std::string& body,
                 const std::string& extra = "") {
  return with_line_ends(extra + "From: " + from + "\nTo: ben@contoso.example\nSubject: " + subject +
                        "\nDate: Mon, 1 Jun 2026 09:00:00 +0900\nMessage-ID: <1@sender.example>\n" +
                        "MIME-Version: 1.0\n" + body);
}

std::string text_mail(const std::string& from, const std::string& text) {
  return mail(from, "Notice", "Content-Type: text/plain; charset=utf-8\n\n" + text + "\n");
}

std::string mail_with_attachment(const std::string& name, const std::string& content) {
  return mail(
      "Anna <anna@sender.example>", "Invoice",
      "Content-Type: multipart/mixed; boundary=e\n\n--e\nContent-Type: text/plain\n\nHello\n"
      "--e\nContent-Type: application/octet-stream; name=\"" +
          name + "\"\nContent-Disposition: attachment\n\n" + content + "\n--e--\n");
}

std::string mail_with_archive(const std::string& name, const std::string& archive) {
  return mail(
      "Anna <anna@sender.example>", "Invoice",
      "Content-Type: multipart/mixed; boundary=e\n\n--e\nContent-Type: text/plain\n\nHello\n"
      "--e\nContent-Type: application/octet-stream; name=\"" +
          name +
          "\"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n" +
          test::in_base64(archive) + "\n--e--\n");
}

const std::string kOrdinary = text_mail("Anna <anna@sender.example>", "See you at ten.");

bool has(const std::vector<std::string>& list, const std::string& entry) {
  return std::ranges::find(list, entry) != list.end();
}

}  // namespace

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

TEST_CASE("malware makes a mail malicious by itself") {
  ScriptedScanner scanner(MalwareAnswer{MalwareAnswer::Kind::found, "Test.Malware"});
  const Verdict verdict = analyze(report_of({mail_with_attachment("a.bin", "x")}), &scanner);
  CHECK(verdict.disposition == Disposition::malicious);
  CHECK(has(verdict.attributes, "malware"));
  REQUIRE(verdict.attachments.size() == 1);
  CHECK(verdict.attachments[0].malware == "Test.Malware");
  CHECK(scanner.questions == 1);
}

TEST_CASE("text without attachments is not shown to the malware scanner") {
  ScriptedScanner scanner(MalwareAnswer{});
  CHECK(analyze(report_of({kOrdinary}), &scanner).disposition == Disposition::clean);
  CHECK(scanner.questions == 0);
}

TEST_CASE("an attachment that was not scanned to its end is never clean") {
  ScriptedScanner limited(MalwareAnswer{MalwareAnswer::Kind::limited, "too deep"});
  ScriptedScanner dead(temporary("the scanner is gone"));
  for (ScriptedScanner* scanner : {&limited, &dead}) {
    const Verdict verdict = analyze(report_of({mail_with_attachment("a.bin", "x")}), scanner);
    CHECK(verdict.disposition == Disposition::unscanned);
    CHECK(has(verdict.attributes, "partly_scanned"));
    CHECK_FALSE(verdict.errors.empty());
  }
}

TEST_CASE("what is malicious stays so though something was not scanned") {
  ScriptedScanner dead(temporary("the scanner is gone"));
  const Verdict verdict = analyze(report_of({mail_with_attachment("invoice.pdf.exe", "x")}), &dead);
  CHECK(verdict.disposition == Disposition::malicious);
  CHECK(has(verdict.attributes, "partly_scanned"));
}

TEST_CASE("an archive that cannot be opened to its end is not called clean") {
  const std::string zip = test::make_archive("zip", {{"a.txt", "words"}, {"b.txt", "words"}});
  const auto judged = [&](const std::string& name, const std::string& content) {
    return analyze(report_of({mail_with_archive(name, content)}));
  };
  CHECK(judged("a.zip", zip).disposition == Disposition::clean);
  const Verdict damaged = judged("a.zip", zip.substr(0, zip.size() - 30));
  CHECK(damaged.disposition == Disposition::unscanned);
  REQUIRE(damaged.errors.size() == 1);
  CHECK(damaged.errors[0].find("a.zip: ") == 0);
  // Kinds that are not opened: said while no malware scanner looks into them.
  const std::string closed = "7z\xBC\xAF\x27\x1C" + std::string(40, '\0');
  CHECK(judged("a.7z", closed).disposition == Disposition::unscanned);
  ScriptedScanner scanner(MalwareAnswer{});
  CHECK(analyze(report_of({mail_with_archive("a.7z", closed)}), &scanner).disposition ==
        Disposition::clean);
}

TEST_CASE("the members of a zip64 archive, which the scanner passes over, are shown to it alone") {
  const std::string zip64 =
      test::make_archive("zip", {{"a.txt", "words"}, {"b.txt", "words"}}, "zip64");
  ScriptedScanner silent(MalwareAnswer{});
  const std::string report = report_of({mail_with_archive("a.zip", zip64)});
  CHECK(analyze(report, &silent).disposition == Disposition::clean);
  CHECK(silent.questions == 3);
  ScriptedScanner limited(MalwareAnswer{MalwareAnswer::Kind::limited, "too deep"});
  CHECK(analyze(report, &limited).disposition == Disposition::unscanned);
}

TEST_CASE("an archive whose password stands in the mail is opened, scanned and marked") {
  const std::string zip = test::make_archive("zip", {{"plan.txt", "words"}, {"bill.txt", "words"}},
                                             "encryption=aes256");
  const auto report_with = [&](const std::string& words) {
    std::string mail = mail_with_archive("plan.zip", zip);
    const std::string subject = "Subject: ";
    mail.replace(mail.find(subject), subject.size(), subject + words + " ");
    return report_of({mail});
  };
  ScriptedScanner scanner(MalwareAnswer{});
  const Verdict opened = analyze(report_with("Passwort: secret"), &scanner);
  CHECK(has(opened.attributes, "password_in_mail"));
  CHECK(has(opened.attributes, "encrypted_attachment"));
  CHECK(scanner.questions == 3);
  CHECK(opened.disposition == Disposition::clean);
  ScriptedScanner second(MalwareAnswer{});
  const Verdict closed = analyze(report_with("the plan"), &second);
  CHECK_FALSE(has(closed.attributes, "password_in_mail"));
  CHECK(second.questions == 1);
  CHECK(closed.disposition == Disposition::clean);
}

TEST_CASE("a mail nested deeper than the reader goes is not called clean") {
  std::string deep = "Content-Type: text/plain\n\nend\n";
  for (int depth = 0; depth < 150; ++depth) deep = "Content-Type: message/rfc822\n\n" + deep;
  const Verdict verdict = analyze(report_of({mail("a@sender.example", "x", deep)}));
  CHECK(verdict.disposition != Disposition::clean);
  CHECK_FALSE(verdict.errors.empty());
}

TEST_CASE("an archive whose password stands in another mail is opened beside it") {
  const std::string zip =
      test::make_archive("zip", {{"plan.txt", "words"}}, "encryption=zipcrypt");
  const std::string report = report_of({mail_with_archive("plan.zip", zip)});
  const std::string notice =
      report_of({with_line_ends("From: Anna <anna@sender.example>\nSubject: second mail\n"
                                "Message-ID: <2@sender.example>\n\nThe password is secret\n")});
  const std::string other = report_of(
      {with_line_ends("From: Anna <anna@sender.example>\nSubject: third mail\n\nHello\n")});
  const auto analyze_beside = [&](const std::vector<std::string_view>& companions) {
    AnalysisContext context;
    context.tenant = &contoso();
    context.own_domains = contoso().domains;
    context.companions = companions;
    return Analysis(shipped_rules(), Thresholds{}, nullptr).analyze(report, context);
  };
  CHECK(has(analyze(notice).attributes, "password_notice"));
  CHECK_FALSE(has(analyze(other).attributes, "password_notice"));
  CHECK_FALSE(has(analyze(report).attributes, "password_notice"));
  const Verdict opened = analyze_beside({other, notice});
  CHECK(has(opened.attributes, "password_in_other_mail"));
  CHECK_FALSE(has(opened.attributes, "password_in_mail"));
  CHECK_FALSE(has(analyze_beside({other}).attributes, "password_in_other_mail"));
  CHECK(analyze_beside({"no report at all"}).disposition == Disposition::clean);
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
  const std::string report = report_of(
      {with_line_ends("From: Anna <anna@sender.example>\nSubject: hello\n\nHello\n")});
  const auto judge = [&] {
    return Analysis(shipped_rules(), Thresholds{}, nullptr).analyze(report, context);
  };
  CHECK_FALSE(has(judge().attributes, "new_sender"));
  context.history = &*history;
  CHECK(has(judge().attributes, "new_sender"));
  context.received_at = Timestamp(std::chrono::hours(24 * 20'010));  // too young to tell
  CHECK_FALSE(has(judge().attributes, "new_sender"));
}

TEST_CASE("a password-protected archive alone is marked and stays clean") {
  const std::string zip = std::string("PK\x03\x04\x14\0\x01\0\0\0", 10) + std::string(20, '\0');
  const Verdict verdict = analyze(report_of({mail_with_attachment("plan.zip", zip)}));
  CHECK(has(verdict.attributes, "encrypted_attachment"));
  CHECK(verdict.disposition == Disposition::clean);
}

TEST_CASE("a report that cannot be unwrapped is unscanned with the reason") {
  const std::string report = report_of({});
  const Verdict verdict = analyze(report);
  CHECK(verdict.disposition == Disposition::unscanned);
  CHECK_FALSE(verdict.errors.empty());
}
