#include <fstream>

#include <catch2/catch.hpp>

#include "cli/trace_pieces.h"
#include "tests/cli/desk.h"

namespace secondlook {
namespace {

const std::string kHeading = "Received,SenderAddress,RecipientAddress,Status,MessageId\r\n";

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string in_utf_16(const std::string& ascii, bool big_endian) {
  std::string bytes = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    bytes += big_endian ? '\0' : c;
    bytes += big_endian ? c : '\0';
  }
  return bytes;
}

constexpr const char* kDone =
    R"({"tenant":"corp","rows":3,"delivered":2,"with_strangers":2,"counted":1,"dry_run":false})";

}  // namespace

TEST_CASE("a trace is UTF-8 whatever it was, without marks and PowerShell's first line") {
  CHECK(trace_text(in_utf_16("a,b\n", false)) == "a,b\n");
  CHECK(trace_text(in_utf_16("a,b\n", true)) == "a,b\n");
  CHECK(trace_text("\xEF\xBB\xBF"
                   "a") == "a");
  CHECK(trace_text("#TYPE System.X\r\na,b\n") == "\na,b\n");
  CHECK(trace_text("\xFF\xFE\x3D\xD8\x0D\xDE\x1A\x4F") == "\xF0\x9F\x98\x8D\xE4\xBC\x9A");
  CHECK(trace_text("\xFF\xFE\x3D\xD8") == "\xEF\xBF\xBD");
}

TEST_CASE("pieces are whole records behind the heading, with their lines") {
  std::string text = "\n" + kHeading;
  const std::string record = "2026-11-25,\"a\nb\"," + std::string(1000, 'x') + "\n";
  for (int i = 0; i < 600; ++i) text += record;
  TracePieces pieces(text);
  std::string together;
  std::uint64_t line = 3;
  int count = 0;
  for (; auto piece = *pieces.next(); ++count) {
    CHECK(piece->first_line == line);
    REQUIRE(piece->content.starts_with(kHeading));
    const std::string records = piece->content.substr(kHeading.size());
    CHECK(records.size() <= TracePieces::kMostBytes);
    CHECK(records.size() % record.size() == 0);
    line += 2 * records.size() / record.size();
    together += records;
  }
  CHECK(count == 3);
  CHECK("\n" + kHeading + together == text);
}

TEST_CASE("a quote that is not closed does not swallow a file") {
  const std::string text =
      kHeading + "2026-11-25,\"a" + std::string(TracePieces::kMostBytes + 10, 'x');
  TracePieces pieces(text);
  const auto piece = pieces.next();
  REQUIRE_FALSE(piece);
  CHECK(piece.error().message == "line 2: a quote that is not closed");
}

TEST_CASE("history import hands files over piece by piece and adds up what was done") {
  Desk desk;
  const std::string file = desk.file("trace.csv");
  std::string text = kHeading;
  while (text.size() < TracePieces::kMostBytes + 1000)
    text += "2026-11-25,a@b.example,c@d.example,Delivered,<1@b.example>\n";
  write(file, in_utf_16(text, false));
  FakeService service(desk.paths().control_socket(),
                      {{{ControlFrame::done, kDone}}, {{ControlFrame::done, kDone}}});
  const Ran ran = desk.run({"history", "import", file, "--day-first"});
  CHECK(ran.status == 0);
  CHECK(ran.out ==
        file + ": 6 rows, 4 delivered, 4 with people outside, 2 counted, 2 known before\n");
  CHECK(ran.err.find(" %, 3 rows") != std::string::npos);
  CHECK(service.requests()[0].command == "history_import");
  CHECK(service.requests()[0].line == 2);
  CHECK(service.requests()[0].reason == file);
  CHECK(service.requests()[1].decision == "day_first");
  CHECK(service.requests()[1].line > 2);
}

TEST_CASE("what is wrong in a file is said with the file and the line") {
  Desk desk;
  const std::string file = desk.file("trace.csv");
  write(file, kHeading + "never,a,b,c,d\n");
  FakeService service(desk.paths().control_socket(),
                      {{{ControlFrame::failed,
                         R"({"kind":"malformed","message":"line 2: \"never\" is no date"})"}}});
  const Ran ran = desk.run({"history", "import", file});
  CHECK(ran.status == 2);
  CHECK(ran.err.find(file + ": line 2: \"never\" is no date") != std::string::npos);
  CHECK(desk.run({"history", "import", desk.file("missing.csv")}).status == 2);
  CHECK(desk.run({"history"}).status == 2);
  CHECK(desk.run({"history", "import"}).status == 2);
}

TEST_CASE("history show says whether it is old enough, and what is known of an address") {
  Desk desk;
  FakeService service(
      desk.paths().control_socket(),
      {{{ControlFrame::done,
         R"({"tenant":"corp","warm":true,"warm_from":"2026-11-20","mails":null,"keys":7,)"
         R"("address":"bob@partner.example","sender":{"mails":3,"written_to":1,"since":"2026-11-06",)"
         R"("last":"2026-11-25"},"domain":null})"}}});
  const Ran ran = desk.run({"history", "show", "bob@partner.example"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("corp: the history is old enough since 2026-11-20; 7 senders") !=
        std::string::npos);
  CHECK(ran.out.find(
            "bob@partner.example: 3 mails from there since 2026-11-06, written to 1 times, last on "
            "2026-11-25") != std::string::npos);
  CHECK(ran.out.find("partner.example: never heard of") != std::string::npos);
}

}  // namespace secondlook
