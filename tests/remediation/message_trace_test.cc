#include "remediation/message_trace.h"

#include <catch2/catch.hpp>

#include "schema/history/history_snapshot.h"

using namespace secondlook;

namespace {

constexpr Timestamp kNow{std::chrono::seconds(1'795'651'200)};  // 2026-11-26
const std::string kHeading =
    "\"Received\",\"SenderAddress\",\"RecipientAddress\",\"Subject\",\"Status\",\"MessageId\"\r\n";

std::uint16_t day(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  return day_of(Timestamp(sys_days(
      year_month_day{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)})));
}

std::string row(const std::string& received, const std::string& status = "Delivered") {
  return "\"" + received + "\",\"Bob@Partner.example\",\"ann@acme.example\",\"Hi, you\",\"" +
         status + "\",\"<1@partner.example>\"\r\n";
}

MessageTrace read(const std::string& csv, TraceForm form = {}) {
  auto trace = read_message_trace(csv, form, kNow);
  if (!trace) FAIL(trace.error().message);
  return std::move(*trace);
}

std::string complaint(const std::string& csv, TraceForm form = {}) {
  const auto trace = read_message_trace(csv, form, kNow);
  return trace ? "none" : trace.error().message;
}

std::uint16_t day_of_row(const std::string& received, bool day_first = false) {
  return read(kHeading + row(received), {2, day_first}).delivered.at(0).day;
}

}  // namespace

TEST_CASE("delivered rows of Get-MessageTraceV2's export are read") {
  const auto trace =
      read(kHeading + row("11/25/2026 9:14:03 AM") + row("11/25/2026 9:14:03 AM", "Failed") +
           "\r\n" + row("11/25/2026 9:14:03 AM", "Quarantined"));
  CHECK(trace.rows == 3);
  CHECK(trace.passed_over == 2);
  REQUIRE(trace.delivered.size() == 1);
  CHECK(trace.delivered[0].day == day(2026, 11, 25));
  CHECK(trace.delivered[0].sender == "bob@partner.example");
  CHECK(trace.delivered[0].recipient == "ann@acme.example");
  CHECK(trace.delivered[0].message_id == "<1@partner.example>");
}

TEST_CASE("days are read as the cultures of the world write them") {
  CHECK(day_of_row("2026-11-25T09:14:03.123Z") == day(2026, 11, 25));
  CHECK(day_of_row("2026/11/05 9:14:03") == day(2026, 11, 5));
  CHECK(day_of_row("05.11.2026 09:14:03") == day(2026, 11, 5));
  CHECK(day_of_row("25/11/2026 09:14") == day(2026, 11, 25));
  CHECK(day_of_row("4/3/2026 09:14") == day(2026, 4, 3));
  CHECK(day_of_row("4/3/2026 09:14", true) == day(2026, 3, 4));
}

TEST_CASE("columns are found by name in any order, with other separators") {
  const auto trace = read(
      "\xef\xbb\xbfMessage ID;Status;Recipient address;Sender address;Received\n"
      "<2@a.example>;delivered;ann@acme.example;eve@a.example;2026-11-24\n");
  REQUIRE(trace.delivered.size() == 1);
  CHECK(trace.delivered[0].sender == "eve@a.example");
}

TEST_CASE("the extended report names its recipients with what became of each") {
  const auto trace = read(
      "origin_timestamp_utc,sender_address,recipient_status,message_id\n"
      "2026-11-24T01:02:03.0000000Z,eve@a.example,"
      "\"ann@acme.example##Receive, Deliver;ben@acme.example##Receive, "
      "Fail;carl@acme.example##Receive, Send\","
      "<3@a.example>\n");
  REQUIRE(trace.delivered.size() == 2);
  CHECK(trace.delivered[1].recipient == "carl@acme.example");
}

TEST_CASE("bounces and rows without a Message-ID are passed over") {
  const auto trace = read(kHeading +
                          "2026-11-25,<>,ann@acme.example,x,Delivered,<1@b.example>\n"
                          "2026-11-25,a@b.example,ann@acme.example,x,Delivered,\n");
  CHECK(trace.passed_over == 2);
}

TEST_CASE("complaints name the line of the file, also behind line ends in quotes") {
  CHECK(complaint(kHeading + row("yesterday"), {500, false}) ==
        "line 500: \"yesterday\" is no date");
  CHECK(complaint(kHeading + "2026-11-25,a@b.example,c@d.example,\"two\nlines\",Delivered,<1>\n" +
                  row("32/13/2026")) == "line 4: \"32/13/2026\" is no date");
  CHECK(complaint(kHeading + row("12/3/2026")).find("--day-first") != std::string::npos);
  CHECK(complaint(kHeading + "2026-11-25,\"a") == "line 2: a quote that is not closed");
  CHECK(complaint("Received,SenderAddress\n") == "line 1: no column MessageId in the heading");
  CHECK(complaint("") == "line 1: no column Received in the heading");
  CHECK(complaint(std::string(200, ',') + "\n") == "line 1: more than 100 columns");
}
