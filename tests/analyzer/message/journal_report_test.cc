#include "analyzer/message/journal_report.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "analyzer/message/header_decoder.h"
#include "analyzer/message/parsed_message.h"

using namespace secondlook;

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

nlohmann::json as_json(const JournalReport& report) {
  nlohmann::json recipients = nlohmann::json::array();
  for (const Recipient& recipient : report.recipients) {
    recipients.push_back({{"role", recipient.role},
                          {"address", recipient.address},
                          {"expanded_from", recipient.expanded_from},
                          {"forwarded_from", recipient.forwarded_from}});
  }
  nlohmann::json json = {
      {"sender", report.sender},
      {"on_behalf_of", report.on_behalf_of},
      {"subject", report.subject},
      {"message_id", report.message_id},
      {"recipients", recipients},
      {"original_message_id", parse_message(report.original).header("Message-ID")},
      {"clear_copy", !report.clear_copy.empty()},
      {"notes", report.notes},
      {"originator_org", report.originator_org},
      {"tenant_guid", report.tenant_guid}};
  // Only where a case is about them.
  if (report.in_bounce) json["in_bounce"] = true;
  if (!report.longer_original.empty()) json["longer_original"] = true;
  return json;
}

std::string with_line_feeds(std::string bytes) {
  std::erase(bytes, '\r');
  return bytes;
}

}  // namespace

TEST_CASE("every journal report of tests/cases is unwrapped as its README says") {
  const std::filesystem::path folder = std::string(TEST_CASES) + "/journal_reports";
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    INFO(entry.path().filename());
    const auto expected = nlohmann::json::parse(read_file(entry.path() / "expected.json"));
    const std::string bytes = read_file(entry.path() / "report.eml");
    const auto report = unwrap_journal_report(bytes);
    REQUIRE(report);
    CHECK(as_json(*report) == expected);
    const std::string line_feeds = with_line_feeds(bytes);
    const auto again = unwrap_journal_report(line_feeds);
    REQUIRE(again);
    CHECK(as_json(*again) == expected);
    ++cases;
  }
  CHECK(cases >= 35);
}

TEST_CASE("a report cut at any place never crashes and never gains a recipient") {
  const std::filesystem::path folder = std::string(TEST_CASES) + "/journal_reports";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    INFO(entry.path().filename());
    const std::string bytes = read_file(entry.path() / "report.eml");
    const auto whole = unwrap_journal_report(bytes);
    REQUIRE(whole);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      const auto cut = unwrap_journal_report(std::string_view(bytes).substr(0, length));
      if (cut) CHECK(cut->recipients.size() <= whole->recipients.size());
    }
  }
}

TEST_CASE("the original is the very bytes of the report, and views outlive a move") {
  const std::string bytes =
      read_file(std::string(TEST_CASES) + "/journal_reports/inbound_one_recipient/report.eml");
  auto report = unwrap_journal_report(bytes);
  REQUIRE(report);
  CHECK(report->original.data() > bytes.data());
  CHECK(report->original.data() + report->original.size() < bytes.data() + bytes.size());
  CHECK(report->original.starts_with("Received: from mail.fabrikam.example"));
  CHECK(report->original.ends_with("figures below.\r\n"));

  const std::string gateway =
      read_file(std::string(TEST_CASES) + "/journal_reports/gateway_made_an_eml_file/report.eml");
  auto first = unwrap_journal_report(gateway);
  REQUIRE(first);
  const JournalReport moved = std::move(first).value();
  const JournalReport copy = moved;
  CHECK(copy.original.starts_with("Received: from mail.fabrikam.example"));
}

TEST_CASE("the clear copy comes second and the encrypted original stays the original") {
  const std::string bytes =
      read_file(std::string(TEST_CASES) + "/journal_reports/decrypted_second_copy/report.eml");
  const auto report = unwrap_journal_report(bytes);
  REQUIRE(report);
  CHECK(report->original.find("(encrypted)") != std::string_view::npos);
  CHECK(report->clear_copy.find("The clear text.") != std::string_view::npos);
}

TEST_CASE("a plain mail, a bounce without report and an attached report are no journal reports") {
  const std::string report =
      read_file(std::string(TEST_CASES) + "/journal_reports/inbound_one_recipient/report.eml");
  const auto mail_with = [](const std::string& type, const std::string& attached,
                            const std::string& boundary = "b") {
    return "From: postmaster@contoso.example\r\nContent-Type: " + type + "; boundary=" + boundary +
           "\r\n\r\n--" + boundary + "\r\n\r\nundeliverable\r\n--" + boundary +
           "\r\nContent-Type: message/rfc822\r\n\r\n" + attached + "\r\n--" + boundary + "--\r\n";
  };
  for (const std::string& bytes :
       {std::string("Subject: connector test\r\n\r\nhello\r\n"), std::string(),
        mail_with("multipart/mixed", report),
        mail_with("multipart/report", "Subject: x\r\n\r\nhello\r\n"),
        mail_with("multipart/report", mail_with("multipart/report", report), "outer")}) {
    const auto result = unwrap_journal_report(bytes);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == Error::Kind::not_found);
  }
}

TEST_CASE("a bounce whose report lost its original is malformed, with the reason") {
  const auto result = unwrap_journal_report(
      "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
      "Content-Type: message/rfc822\r\n\r\nX-MS-Journal-Report:\r\n\r\n--b--\r\n");
  REQUIRE_FALSE(result);
  CHECK(result.error().message == "journal report without the original message");
}

TEST_CASE("an original with the report's own boundary is read to its end as well") {
  const std::string bytes = read_file(std::string(TEST_CASES) +
                                      "/journal_reports/inner_boundary_equals_outer/report.eml");
  const auto report = unwrap_journal_report(bytes);
  REQUIRE(report);
  CHECK(report->original.find("evil.example") == std::string_view::npos);
  CHECK(parse_message(report->longer_original).links.size() == 1);
}

TEST_CASE("a report that lost its original or its envelope is malformed, with the reason") {
  const std::string head =
      "X-MS-Journal-Report:\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  const auto without_original = unwrap_journal_report(
      head + "--b\r\n\r\nSender: a@b.example\r\nMessage-Id: <1@b.example>\r\n--b--\r\n");
  REQUIRE_FALSE(without_original);
  CHECK(without_original.error().kind == Error::Kind::malformed);
  CHECK(without_original.error().message == "journal report without the original message");
  const auto without_envelope =
      unwrap_journal_report(head + "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n");
  REQUIRE_FALSE(without_envelope);
  CHECK(without_envelope.error().message == "journal report without envelope text");
}

TEST_CASE("a thousand and more recipients are all there") {
  std::string text = "Sender: a@b.example\r\nSubject: x\r\nMessage-Id: <1@b.example>\r\n";
  for (int i = 0; i < 20'000; ++i) {
    text += "Recipient: user" + std::to_string(i) + "@contoso.example\r\n";
  }
  const std::string bytes =
      "x-ms-journal-report: \r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" +
      text +
      "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <1@b.example>\r\n\r\nx\r\n--b--\r\n";
  const auto report = unwrap_journal_report(bytes);
  REQUIRE(report);
  CHECK(report->recipients.size() == 20'000);
  CHECK(report->recipients.back().address == "user19999@contoso.example");
}

TEST_CASE("a subject that repeats the lines that follow it cannot make the recipients vanish") {
  const std::string bytes =
      "X-MS-Journal-Report:\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
      "Sender: a@b.example\r\nSubject: x\r\nMessage-Id: <1@b.example>\r\n"
      "Recipient: taro@contoso.example\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
      "Subject: =?utf-8?Q?x=0AMessage-Id:_<1@b.example>=0ARecipient:_taro@contoso.example?=\r\n"
      "Message-ID: <1@b.example>\r\n\r\nx\r\n--b--\r\n";
  const auto report = unwrap_journal_report(bytes);
  REQUIRE(report);
  REQUIRE(report->recipients.size() == 1);
  CHECK(report->recipients[0].address == "taro@contoso.example");
}

// A report as Exchange would write it about an original with this Subject header, decoded.
std::string report_about(const std::string& subject, bool id_first, const std::string& charset) {
  const std::string id = "Message-Id: <1@b.example>\r\n";
  const std::string line = "Subject: " + decode_header(subject) + "\r\n";
  return "X-MS-Journal-Report:\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
         "Content-Type: text/plain; charset=" +
         charset + "\r\n\r\nSender: a@b.example\r\n" + (id_first ? id + line : line + id) +
         "Recipient: taro@contoso.example\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: " +
         subject + "\r\nMessage-ID: <1@b.example>\r\n\r\nx\r\n--b--\r\n";
}

TEST_CASE("no line break of any charset in a subject names a recipient") {
  // What each writes as line break: CR LF, LF, CR, NEL, LINE and PARAGRAPH SEPARATOR, FF, VT.
  const std::vector<std::string> breaks = {"=0D=0A",    "=0A",       "=0D",       "=C2=85",
                                           "=E2=80=A8", "=E2=80=A9", "=0C",       "=0B",
                                           "=0D=0A_",   "=0A=0D",    "=00=0A=00", "=0D=0D=0A"};
  for (const std::string& line_break : breaks) {
    for (const std::string charset : {"utf-8", "us-ascii", "iso-2022-jp", "gb18030", "utf-7",
                                      "windows-1252", "hz-gb-2312", "x-unknown"}) {
      const std::string invented = "Recipient:_victim@contoso.example" + line_break +
                                   "Message-Id:_x" + line_break +
                                   "Recipient:_victim@contoso.example";
      for (const std::string& subject :
           {"=?" + charset + "?Q?Hello" + line_break + invented + "?=",
            "=?" + charset + "?Q?" + line_break + invented + line_break + "?=",
            "Hello\r\n =?" + charset + "?Q?" + line_break + invented + "?="}) {
        for (const bool id_first : {false, true}) {
          INFO(subject << (id_first ? " behind the id" : " before the id"));
          const std::string bytes = report_about(subject, id_first, "utf-8");
          const auto report = unwrap_journal_report(bytes);
          REQUIRE(report);
          for (const Recipient& recipient : report->recipients)
            CHECK(recipient.address == "taro@contoso.example");
          if (!id_first) CHECK(report->recipients.size() == 1);
        }
      }
    }
  }
}

TEST_CASE("the three real reports of Exchange Online are unwrapped") {
  const std::filesystem::path folder = std::string(SHARED_MATERIAL) + "/journal_reports";
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: " << folder << " is not here (real reports are never committed)");
    return;
  }
  std::size_t reports = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".eml") continue;
    const std::string bytes = read_file(entry.path());
    const auto report = unwrap_journal_report(bytes);
    REQUIRE(report);
    CHECK(report->recipients.size() == 1);
    CHECK(report->notes.empty());
    CHECK(parse_message(report->original).header("Message-ID") == report->message_id);
    ++reports;
  }
  CHECK(reports == 3);
}
