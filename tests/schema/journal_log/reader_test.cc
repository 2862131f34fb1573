#include "schema/journal_log/reader.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <poll.h>

#include "schema/journal_log/segment_file.h"
#include "tests/schema/journal_log/log_on_disk.h"

using namespace secondlook;
using Said = std::vector<std::string>;

namespace {

struct Log {
  TemporaryDirectory directory;
  Log() { write_log_name(directory.path()); }
  const std::string& path() const { return directory.path(); }
  std::string segment(std::uint64_t number) const {
    return path() + "/" + segment_file_name(number);
  }
};

}  // namespace

TEST_CASE("a directory without a log is not found") {
  const TemporaryDirectory empty;
  CHECK(JournalLogReader::open(empty.path()).error().kind == Error::Kind::not_found);
}

TEST_CASE("records come in the order of their sequence, through all segments") {
  const Log log;
  write_segment(log.path(), 1, 1, {{1, "one", 0}, {2, "", 0}});
  write_segment(log.path(), 2, 3, {{3, std::string(100'000, 'x'), 2}});
  write_durable_end(log.path(), 3, 2);
  CHECK(read_all(log.path()) == Said{"1:one", "2:", "3:" + std::string(100'000, 'x')});
}

TEST_CASE("a record's header tells who sent it") {
  const Log log;
  write_segment(log.path(), 1, 1, {{1, "one"}});
  write_durable_end(log.path(), 1, 1);
  auto reader = JournalLogReader::open(log.path());
  REQUIRE(reader);
  CHECK(reader->log() == kTestLog);
  const auto record = reader->next();
  REQUIRE(record);
  REQUIRE(record->has_value());
  CHECK((*record)->peer == "192.0.2.1");
  CHECK((*record)->tenant == "contoso");
  CHECK((*record)->mail_from == "sender@contoso.example");
  CHECK((*record)->recipients == Said{"journal@archive.example"});
  CHECK((*record)->tls_version == "TLSv1.3");
}

TEST_CASE("the durable end is never passed, and its move is announced") {
  const Log log;
  write_segment(log.path(), 1, 1, {{1, "one"}, {2, "two"}});
  write_durable_end(log.path(), 1, 1);
  auto reader = JournalLogReader::open(log.path());
  REQUIRE(reader);
  REQUIRE(reader->next()->has_value());
  CHECK_FALSE(reader->next()->has_value());
  pollfd wait{reader->notification_descriptor(), POLLIN, 0};
  CHECK(::poll(&wait, 1, 0) == 0);
  write_durable_end(log.path(), 2, 1);
  CHECK(::poll(&wait, 1, 0) == 1);
  reader->drain_notifications();
  CHECK(::poll(&wait, 1, 0) == 0);
  CHECK(reader->next()->value().sequence == 2);
  CHECK(reader->durable_sequence().value() == 2);
}

TEST_CASE("a durable end caught while it is written leaves the older one in force") {
  const Log log;
  write_segment(log.path(), 1, 1, {{1, "one"}});
  write_durable_end(log.path(), 1, 1);
  auto reader = JournalLogReader::open(log.path());
  REQUIRE(reader);
  REQUIRE(reader->durable_sequence().value() == 1);
  write_bytes(log.path() + "/" + kDurableEndFile, std::string(64, 'x'));
  CHECK(reader->durable_sequence().value() == 1);
}

TEST_CASE("reading goes on behind any sequence that is asked for") {
  const Log log;
  write_segment(log.path(), 4, 10, {{10, "ten"}, {11, "eleven"}});
  write_segment(log.path(), 6, 12, {{12, "twelve"}, {13, "thirteen"}});
  write_durable_end(log.path(), 13, 6);
  auto reader = JournalLogReader::open(log.path());
  REQUIRE(reader);
  for (std::uint64_t after = 9; after < 13; ++after) {
    REQUIRE(reader->seek_after(after));
    CHECK(reader->next()->value().sequence == after + 1);
  }
  REQUIRE(reader->seek_after(13));
  CHECK_FALSE(reader->next()->has_value());
  REQUIRE(reader->seek_after(0));
  CHECK(reader->next()->value().sequence == 10);
  CHECK(reader->seek_after(3).error().kind == Error::Kind::not_found);
  CHECK(reader->next()->value().sequence == 10);
}

TEST_CASE("single records are read in any order, over damage and from segment to segment") {
  const Log log;
  write_segment(log.path(), 4, 10, {{10, "ten"}, {11, "eleven"}, {12, "twelve"}});
  write_segment(log.path(), 6, 13, {{13, "thirteen"}, {14, "fourteen"}});
  write_durable_end(log.path(), 14, 6);
  auto reader = JournalLogReader::open_to_the_end(log.path());
  REQUIRE(reader);
  for (const std::uint64_t wanted : {12, 10, 11, 11, 14, 10, 13, 12, 14}) {
    REQUIRE(reader->seek_after(wanted - 1));
    const auto record = reader->next();
    REQUIRE(record);
    REQUIRE(record->has_value());
    CHECK((*record)->sequence == wanted);
  }
}

TEST_CASE("the oldest sequence kept is what the oldest segment begins with") {
  const Log log;
  write_durable_end(log.path(), 0, 1);
  CHECK(JournalLogReader::open(log.path())->oldest_sequence().value() == 0);
  write_segment(log.path(), 4, 10, {{10, "ten"}});
  write_segment(log.path(), 6, 12, {{12, "twelve"}});
  write_durable_end(log.path(), 12, 6);
  auto reader = JournalLogReader::open(log.path());
  REQUIRE(reader);
  CHECK(reader->oldest_sequence().value() == 10);
  write_bytes(log.segment(4), std::string(4096, 'x'));
  CHECK(reader->oldest_sequence().value() == 0);  // damaged is not gone
}

TEST_CASE("what a later segment begins anew is not read from the earlier one") {
  const Log log;
  write_segment(log.path(), 1, 1, {{1, "one"}, {2, "never acknowledged"}});
  write_segment(log.path(), 2, 2, {{2, "two"}});
  write_durable_end(log.path(), 2, 2);
  CHECK(read_all(log.path()) == Said{"1:one", "2:two"});
}

TEST_CASE("a report in its own file is read from there, and its damage is seen") {
  const Log log;
  write_segment(log.path(), 1, 1, {{1, "one"}, {2, "large report", 0, true}, {3, "three"}});
  write_durable_end(log.path(), 3, 1);
  CHECK(read_all(log.path()) == Said{"1:one", "2!", "3:three"});
  write_bytes(log.path() + "/" + report_file_name(2), "large report");
  CHECK(read_all(log.path()) == Said{"1:one", "2:large report", "3:three"});
  write_bytes(log.path() + "/" + report_file_name(2), "Large report");
  CHECK(read_all(log.path()) == Said{"1:one", "2!", "3:three"});
}

TEST_CASE("a changed byte costs its own record and no other") {
  const Log log;
  const std::vector<TestRecord> records = {{1, "first"}, {2, "second"}, {3, "third"}};
  const std::string whole = segment_bytes(1, 1, records, 512);
  const std::size_t second = kSegmentHeaderBytes + bytes_of(records[0], 1).size();
  const std::size_t third = second + bytes_of(records[1], 1).size();
  const std::size_t stored =
      decode_record_header(std::string_view(whole).substr(second))->stored_length();
  write_durable_end(log.path(), 3, 1);
  for (std::size_t place = second; place < third; ++place) {
    std::string changed = whole;
    changed[place] = static_cast<char>(changed[place] ^ 0x40);
    write_bytes(log.segment(1), changed);
    const bool padding = place >= second + stored;
    REQUIRE(read_all(log.path()) == Said{"1:first", padding ? "2:second" : "2!", "3:third"});
  }
}

TEST_CASE("a log cut at any byte gives every record before the cut and nothing else") {
  const Log log;
  const std::vector<TestRecord> records = {{1, "first"}, {2, "second"}, {3, "third"}};
  const std::string whole = segment_bytes(1, 1, records, 0);
  std::vector<std::size_t> ends;
  std::size_t end = kSegmentHeaderBytes;
  for (const TestRecord& record : records) {
    ends.push_back(end +
                   decode_record_header(std::string_view(whole).substr(end))->stored_length());
    end += bytes_of(record, 1).size();
  }
  write_durable_end(log.path(), 3, 1);
  for (const bool zeros_behind : {false, true}) {
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
      std::string bytes = whole.substr(0, cut);
      if (zeros_behind) bytes.resize(whole.size() + 512, '\0');
      write_bytes(log.segment(1), bytes);
      Said expected;
      for (std::size_t i = 0; i < records.size(); ++i)
        expected.push_back(std::to_string(i + 1) +
                           (cut >= ends[i] ? ":" + records[i].report : std::string("!")));
      REQUIRE(read_all(log.path()) == expected);
    }
  }
}

TEST_CASE("records written after a damaged one are read when they become durable") {
  const Log log;
  std::string bytes = segment_bytes(1, 1, {{1, "one"}, {2, "two"}, {3, "three"}}, 512);
  bytes[kSegmentHeaderBytes + bytes_of({1, "one"}, 1).size()] = 'x';
  write_bytes(log.segment(1), bytes);
  write_durable_end(log.path(), 2, 1);
  auto reader = JournalLogReader::open(log.path());
  REQUIRE(reader);
  CHECK(reader->next()->value().sequence == 1);
  CHECK(reader->next().error().kind == Error::Kind::malformed);
  CHECK_FALSE(reader->next()->has_value());
  write_durable_end(log.path(), 3, 1);
  CHECK(reader->next()->value().sequence == 3);
}

TEST_CASE("a report that pretends to be a record is read as a report") {
  const Log log;
  std::string pretender(8 - (kRecordHeaderBytes + 3) % 8, ' ');
  pretender += bytes_of({2, "forged"}, 9);
  std::string bytes = segment_bytes(1, 1, {{1, pretender}, {2, "two"}}, 512);
  write_bytes(log.segment(1), bytes);
  write_durable_end(log.path(), 2, 1);
  CHECK(read_all(log.path()) == Said{"1:" + pretender, "2:two"});
  bytes[kSegmentHeaderBytes] = 'x';  // now the reader looks for the next record inside it
  write_bytes(log.segment(1), bytes);
  CHECK(read_all(log.path()) == Said{"1!", "2:two"});
}

TEST_CASE("a lost segment is told record by record") {
  const Log log;
  write_segment(log.path(), 1, 1, {{1, "one"}});
  write_segment(log.path(), 3, 4, {{4, "four"}});
  write_durable_end(log.path(), 4, 3);
  CHECK(read_all(log.path()) == Said{"1:one", "2!", "3!", "4:four"});
}

TEST_CASE("a log whose segments are all gone gives one error a sequence and ends") {
  const Log log;
  write_durable_end(log.path(), 3, 1);
  CHECK(read_all(log.path()) == Said{"1!", "2!", "3!"});
}

TEST_CASE("another log's segment is not read") {
  const Log log;
  write_segment(log.path(), 1, 1, {{1, "one"}});
  write_durable_end(log.path(), 1, 1);
  std::string bytes = segment_bytes(1, 1, {{1, "one"}});
  bytes[20] = 'x';
  write_bytes(log.segment(1), bytes);
  CHECK(read_all(log.path()) == Said{"1!"});
}
