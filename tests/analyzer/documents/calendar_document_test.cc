#include "analyzer/documents/calendar_document.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "tests/support/archive_writer.h"

using namespace secondlook;

namespace {

using Texts = std::vector<std::string>;

std::string event(const std::string& lines) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n" + lines +
         "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
}

DocumentFindings inspect(const std::string& lines) {
  DocumentFindings findings;
  inspect_calendar(event(lines), findings);
  return findings;
}

std::string detail_of(const DocumentFindings& findings, std::string_view fact) {
  for (const DocumentFact& held : findings.facts())
    if (held.name == fact) return held.detail;
  return "none";
}

std::string one_line_base64(const std::string& bytes) {
  std::string text = test::in_base64(bytes);
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  return text;
}

}  // namespace

TEST_CASE("what an event shows leads somewhere, folded and escaped as it is") {
  const auto found = inspect(
      "DESCRIPTION:Your account\\, see https://evil.exam\r\n ple/login\\nSoon\r\n"
      "LOCATION:https://room.example/1\r\nURL:https://page.example/x");
  CHECK(found.urls() ==
        Texts{"https://evil.example/login", "https://room.example/1", "https://page.example/x"});
  CHECK(detail_of(found, "calendar_invite") == "REQUEST");
  CHECK(detail_of(found, "calendar_link") == "evil.example");
  CHECK(found.unseen().empty());
}

TEST_CASE("a description in HTML gives its links") {
  const auto found = inspect(
      "X-ALT-DESC;FMTTYPE=text/html:<html><a href=\"https://evil.example/a\\,b\">Join</a></html>");
  CHECK(found.urls() == Texts{"https://evil.example/a,b"});
  CHECK(inspect("DESCRIPTION;ALTREP=\"https://evil.example/d\":x").urls() ==
        Texts{"https://evil.example/d"});
}

TEST_CASE("the pages of services for meetings are told from others") {
  const auto found = inspect(
      "DESCRIPTION:Join https://teams.microsoft.com/l/meetup-join/1 "
      "or\\nhttps://us02web.zoom.us/j/1"
      "\r\nX-GOOGLE-CONFERENCE:https://meet.google.com/abc");
  CHECK(found.holds("calendar_meeting"));
  CHECK_FALSE(found.holds("calendar_link"));
  CHECK(inspect("URL:https://zoom.us.evil.example/j/1").holds("calendar_link"));
  CHECK(inspect("URL:https://evilzoom.us/j/1").holds("calendar_link"));
}

TEST_CASE("who invites is told") {
  const auto found = inspect("ORGANIZER;CN=\"Desk: IT\":MAILTO:it@contoso.example");
  CHECK(detail_of(found, "calendar_organizer") == "it@contoso.example");
}

TEST_CASE("a file in an event is looked into") {
  const std::string page = "<form action='https://evil.example/take'><input type=password></form>";
  const auto found =
      inspect("ATTACH;FMTTYPE=text/html;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.html:" +
              one_line_base64(page));
  CHECK(detail_of(found, "calendar_attachment") == "a.html");
  CHECK(found.holds("password_form"));
  CHECK(found.urls() == Texts{"https://evil.example/take"});
  CHECK(inspect("ATTACH;ENCODING=BASE64;X-FILENAME=a.txt:" + one_line_base64("MZ\x90 program"))
            .holds("embedded_program"));
  CHECK(inspect("ATTACH:https://evil.example/f.zip").urls() == Texts{"https://evil.example/f.zip"});
}

TEST_CASE("what is not shown, and machines' own addresses, are no links") {
  const auto found = inspect("UID:https://uid.example/1\r\nTZURL:http://tzurl.org/zone");
  CHECK(found.urls().empty());
}

TEST_CASE("UTF-16 is read, and the bounds are said") {
  std::string wide = "\xFF\xFE";
  for (const char c : event("URL:https://evil.example/")) wide += c, wide += '\0';
  DocumentFindings findings;
  inspect_calendar(wide, findings);
  CHECK(findings.urls() == Texts{"https://evil.example/"});

  std::string lines;
  for (int i = 0; i < 50'001; ++i) lines += "X:1\r\n";
  CHECK(inspect(lines).unseen() == Texts{"only 50000 lines looked at"});
  std::string files;
  for (int i = 0; i < 21; ++i) files += "ATTACH;ENCODING=BASE64:QUJD\r\n";
  CHECK(inspect(files).unseen() == Texts{"only 20 files in it looked at"});
}

TEST_CASE("an invitation that is one of the mail's alternatives is looked into") {
  const std::string mail =
      "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; "
      "boundary=b\r\n"
      "\r\n--b\r\nContent-Type: text/plain\r\n\r\nCome\r\n"
      "--b\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\n" +
      event("DESCRIPTION:Verify your\r\n  account\\, at https://evil.exam\r\n ple/x") +
      "\r\n--b--\r\n";
  ParsedMessage message = parse_message(mail);
  CHECK(message.body_text.find("Verify your account, at https://evil.example/x") !=
        std::string::npos);
  CHECK(look_into_attachments(message, false).empty());
  REQUIRE(message.document_facts.size() == 2);
  CHECK(message.document_facts[1].fact == "calendar_link");
  CHECK(message.document_facts[1].where == "part 1.2");
  CHECK(std::ranges::count(message.rule_uris, "https://evil.example/x") == 1);
}
