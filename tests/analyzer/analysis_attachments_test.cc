// What attached files, and the malware scanner, make of a verdict.
#include <catch2/catch.hpp>

#include "analyzer/analysis.h"
#include "tests/analyzer/analysis_scene.h"
#include "tests/support/archive_writer.h"

using namespace secondlook;
using namespace secondlook::analysis_scene;

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

TEST_CASE("an archive whose password stands in another mail is opened beside it") {
  const std::string zip = test::make_archive("zip", {{"plan.txt", "words"}}, "encryption=zipcrypt");
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

TEST_CASE("a password-protected archive alone is marked and stays clean") {
  const std::string zip = std::string("PK\x03\x04\x14\0\x01\0\0\0", 10) + std::string(20, '\0');
  const Verdict verdict = analyze(report_of({mail_with_attachment("plan.zip", zip)}));
  CHECK(has(verdict.attributes, "encrypted_attachment"));
  CHECK(verdict.disposition == Disposition::clean);
}
