// A session in the hands of a test: bytes in, replies and reports out, nothing beneath it but an
// intake that keeps reports in memory and fails when it is told to.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "journal_ingest/smtp_session.h"
#include "tests/journal_ingest/broken_files.h"

namespace secondlook {

class TestIntake final : public ReportIntake {
 public:
  bool has_room() const override { return room; }
  ReportBody make_body(std::uint64_t expected) override {
    return {files_, -1, memory_limit_, expected};
  }
  void break_disk() {
    memory_limit_ = 0;
    files_.fail_at(1, true);
  }
  bool room = true;

 private:
  BrokenFiles files_;
  std::size_t memory_limit_ = 1 << 20;
};

struct SessionFixture {
  SessionFixture();
  SessionSettings settings{"mx.archive.example", false, false, 350'000'000};
  JournalAddresses addresses;
  TestIntake intake;
};

// One session and what came out of it so far. Reports are answered at once.
struct Talk {
  explicit Talk(SessionFixture& fixture);
  void send(std::string_view bytes);

  SmtpSession session;
  bool accepts = true;
  bool answers = true;
  std::deque<std::string> said;  // reply lines without CRLF
  std::deque<CompleteReport> reports;

 private:
  void collect();
};

}  // namespace secondlook
