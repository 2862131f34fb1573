#include "cli/scan_run.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "schema/scan_protocol.h"

namespace secondlook {
namespace {

// Finished verdicts that wait for a slower one before them.
constexpr std::size_t kMostHeld = 512;

class ScanRun {
 public:
  ScanRun(const AnalyzerProgram& program, ScanSource& source, const ScanReport& report)
      : program_(program), source_(source), report_(report) {}

  Result<void> run();

 private:
  Result<void> start();
  void send_more();
  void receive_one();
  void give_up(const std::string& reason);
  void give_up_rest();
  void finish(std::uint32_t index, Verdict verdict);
  std::optional<ScanInput> next_input();

  const AnalyzerProgram& program_;
  ScanSource& source_;
  const ScanReport& report_;
  std::optional<ScanSession> session_;
  bool answered_ = false;                // by this session
  std::optional<std::string> given_up_;  // no more sessions: why
  bool exhausted_ = false;
  std::uint32_t next_index_ = 0;
  std::uint32_t next_reported_ = 0;
  std::map<std::uint32_t, std::string> in_flight_;  // names
  std::map<std::uint32_t, std::pair<std::string, Verdict>> finished_;
};

Result<void> ScanRun::start() {
  auto session = ScanSession::start(program_);
  if (!session) return session.error();
  session_.emplace(std::move(*session));
  answered_ = false;
  return {};
}

Result<void> ScanRun::run() {
  if (auto started = start(); !started) return started;
  while (!given_up_) {
    send_more();
    if (in_flight_.empty()) break;
    receive_one();
  }
  give_up_rest();
  if (session_) session_->end();
  return {};
}

std::optional<ScanInput> ScanRun::next_input() {
  while (auto input = source_.next()) {
    if (*input) return std::move(**input);
    report_.unreadable(input->error());
  }
  exhausted_ = true;
  return std::nullopt;
}

void ScanRun::send_more() {
  if (exhausted_) return;
  while (in_flight_.size() < kMostScanJobs && in_flight_.size() + finished_.size() < kMostHeld) {
    const auto input = next_input();
    if (!input) return session_->finish_sending();
    const std::uint32_t index = next_index_++;
    in_flight_.emplace(index, input->name);
    // A failure to send shows as the session's end, with everything in flight.
    if (!session_->send(index, input->file.number())) return;
  }
}

void ScanRun::receive_one() {
  auto answer = session_->receive();
  if (answer && in_flight_.contains(answer->index)) {
    answered_ = true;
    return finish(answer->index, std::move(answer->verdict));
  }
  const std::string reason =
      answer ? "the analyzer answered for a mail it was not given"
             : "the analyzer " + session_->end() + ": " + answer.error().message;
  const bool was_useful = answered_;
  session_.reset();
  give_up(reason);
  if (exhausted_) return;
  if (!was_useful)
    given_up_ = reason;
  else if (const auto started = start(); !started)
    given_up_ = started.error().message;
}

void ScanRun::give_up(const std::string& reason) {
  Verdict verdict;
  verdict.disposition = Disposition::unscanned;
  verdict.errors = {reason};
  const auto lost = in_flight_;
  for (const auto& [index, name] : lost) finish(index, verdict);
}

void ScanRun::give_up_rest() {
  if (!given_up_) return;
  while (const auto input = next_input()) {
    in_flight_.emplace(next_index_++, input->name);
    give_up(*given_up_);
  }
}

void ScanRun::finish(std::uint32_t index, Verdict verdict) {
  const auto job = in_flight_.extract(index);
  finished_.emplace(index, std::pair(job.mapped(), std::move(verdict)));
  for (auto first = finished_.begin(); first != finished_.end() && first->first == next_reported_;
       first = finished_.erase(first), ++next_reported_)
    report_.verdict(first->second.first, first->second.second);
}

}  // namespace

Result<void> scan_files(const AnalyzerProgram& program, ScanSource& source,
                        const ScanReport& report) {
  return ScanRun(program, source, report).run();
}

}  // namespace secondlook
