// SMTP smuggling by table: every end of data that one or the other server has been found to take.
// Only CR LF dot CR LF ends a message here; all else is data, and nothing behind it is obeyed.
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/journal_ingest/session_fixture.h"

using namespace secondlook;
using namespace std::string_literals;

namespace {

struct Variant {
  std::string end;    // as sent behind "text"
  std::string kept;   // what is in the report for it: a dot that begins a line is taken off
  std::string notes;  // of the record
};

const std::vector<Variant> kVariants = {
    {"\n.\n", "\n.\n", "bare-lf"},
    {"\n.\r\n", "\n.\r\n", "bare-lf"},
    {"\r\n.\n", "\r\n\n", "bare-lf"},
    {"\r.\r", "\r.\r", "bare-cr"},
    {"\r\n.\r", "\r\n\r", "bare-cr"},
    {"\r.\r\n", "\r.\r\n", "bare-cr"},
    {"\n.\r", "\n.\r", "bare-cr bare-lf"},
    {"\r.\n", "\r.\n", "bare-cr bare-lf"},
    {"\r\n\0.\r\n"s, "\r\n\0.\r\n"s, "nul"},
    {"\r\n.\0\r\n"s, "\r\n\0\r\n"s, "nul"},
    {"\r\n.\r\0\n"s, "\r\n\r\0\n"s, "bare-cr bare-lf nul"},
    {"\r\0\n.\r\n"s, "\r\0\n.\r\n"s, "bare-cr bare-lf nul"},
    {"\r\n.\r\r\n", "\r\n\r\r\n", "bare-cr"},
    {"\r\r\n..\r\n", "\r\r\n.\r\n", "bare-cr"},
    {"\n\n.\n\n", "\n\n.\n\n", "bare-lf"},
    {"\r\r.\r\r", "\r\r.\r\r", "bare-cr"},
    {"\n\r.\n\r", "\n\r.\n\r", "bare-cr bare-lf"},
    {"\r\n. \r\n", "\r\n \r\n", ""},
    {"\r\n .\r\n", "\r\n .\r\n", ""},
    {"\r\n..\r\n", "\r\n.\r\n", ""},
    {"\r\n\xef\xbb\xbf.\r\n", "\r\n\xef\xbb\xbf.\r\n", ""},
};

const std::string kSmuggled =
    "MAIL FROM:<smuggled@b.example>\r\nRCPT TO:<second@archive.example>\r\nDATA\r\nevil\r\n";
const std::string kEnvelope =
    "HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<reports@archive.example>\r\n";

// The pieces in turn; what the only report holds.
void expect_one_report(const std::vector<std::string_view>& pieces, const std::string& text,
                       const std::string& notes) {
  SessionFixture fixture;
  Talk talk(fixture);
  for (const std::string_view piece : pieces) talk.send(piece);
  REQUIRE(talk.reports.size() == 1);
  const CompleteReport& report = talk.reports.front();
  REQUIRE(report.body.bytes() == text);
  REQUIRE(report.envelope.mail_from == "a@b.example");
  REQUIRE(report.envelope.recipients == std::vector<std::string>{"reports@archive.example"});
  REQUIRE(report.envelope.notes == notes);
  REQUIRE(talk.said.back() == "221 2.0.0 bye");
}

// Whole, byte by byte, and cut in two at every place.
void expect_one_report_each_way(const std::string& bytes, const std::string& text,
                                const std::string& notes) {
  const std::string_view all = bytes;
  expect_one_report({all}, text, notes);
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < all.size(); ++i) {
    single.push_back(all.substr(i, 1));
    expect_one_report({all.substr(0, i), all.substr(i)}, text, notes);
  }
  expect_one_report(single, text, notes);
}

}  // namespace

TEST_CASE("no other end of data than CR LF dot CR LF is an end, and nothing behind it is obeyed") {
  for (const Variant& variant : kVariants) {
    CAPTURE(variant.end);
    expect_one_report_each_way(
        kEnvelope + "DATA\r\ntext" + variant.end + kSmuggled + "\r\n.\r\nQUIT\r\n",
        "text" + variant.kept + kSmuggled + "\r\n", variant.notes);
  }
}

TEST_CASE("a chunk holds every end of data byte for byte, and nothing in it is obeyed") {
  for (const Variant& variant : kVariants) {
    CAPTURE(variant.end);
    const std::string chunk = "text" + variant.end + kSmuggled + "\r\n.\r\n" + kSmuggled;
    expect_one_report_each_way(
        kEnvelope + "BDAT " + std::to_string(chunk.size()) + " LAST\r\n" + chunk + "QUIT\r\n",
        chunk, "");
  }
}

TEST_CASE("ends of data that are split over two chunks end nothing either") {
  const std::string first = "text\r\n.";
  const std::string second = "\r\n" + kSmuggled;
  expect_one_report_each_way(kEnvelope + "BDAT " + std::to_string(first.size()) + "\r\n" + first +
                                 "BDAT " + std::to_string(second.size()) + " LAST\r\n" + second +
                                 "QUIT\r\n",
                             first + second, "");
}
