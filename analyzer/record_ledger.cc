#include "analyzer/record_ledger.h"

#include <algorithm>

namespace secondlook {

RecordLedger::RecordLedger(const VerdictWelcome& welcome)
    : next_(welcome.recorded + 1),
      window_(std::max<std::uint64_t>(1, welcome.window)),
      recorded_above_(welcome.recorded_above.begin(), welcome.recorded_above.end()) {
  for (const auto& [sequence, attempts] : welcome.attempts) failed_attempts_[sequence] = attempts;
}

void RecordLedger::skip_recorded() {
  while (recorded_above_.erase(next_) > 0) ++next_;
}

bool RecordLedger::has_room() const {
  return entries_.empty() || next_ - entries_.begin()->first < window_;
}

bool RecordLedger::take(JournalRecord record) {
  const std::uint64_t sequence = next_++;
  record.sequence = sequence;
  Entry entry{std::move(record), 1, Stage::waiting};
  if (const auto failed = failed_attempts_.find(sequence); failed != failed_attempts_.end()) {
    entry.attempt = std::min(failed->second + 1, kMostAttempts);
    if (failed->second >= kMostAttempts) entry.stage = Stage::running;  // until it is answered
    failed_attempts_.erase(failed);
  }
  const bool may_run = entry.stage == Stage::waiting;
  entries_.emplace(sequence, std::move(entry));
  return may_run;
}

std::optional<RecordLedger::Work> RecordLedger::begin_next() {
  const auto waiting = std::ranges::find_if(
      entries_, [](const auto& entry) { return entry.second.stage == Stage::waiting; });
  if (waiting == entries_.end()) return std::nullopt;
  waiting->second.stage = Stage::running;
  return Work{&waiting->second.record, waiting->second.attempt};
}

void RecordLedger::put_back(std::uint64_t sequence) {
  entries_.at(sequence).stage = Stage::waiting;
}

const JournalRecord& RecordLedger::record(std::uint64_t sequence) const {
  return entries_.at(sequence).record;
}

std::uint32_t RecordLedger::attempt(std::uint64_t sequence) const {
  return entries_.at(sequence).attempt;
}

void RecordLedger::answered(std::uint64_t sequence) {
  entries_.at(sequence).stage = Stage::answered;
  ++answered_;
}

const JournalRecord* RecordLedger::oldest_waiting() const {
  const auto waiting = std::ranges::find_if(
      entries_, [](const auto& entry) { return entry.second.stage != Stage::answered; });
  return waiting == entries_.end() ? nullptr : &waiting->second.record;
}

RecordLedger::AfterLoss RecordLedger::lost(std::uint64_t sequence) {
  Entry& entry = entries_.at(sequence);
  if (entry.attempt >= kMostAttempts) return AfterLoss::give_up;
  entry.stage = Stage::attempt_sent;
  return AfterLoss::report_attempt;
}

void RecordLedger::acknowledge(const std::vector<std::uint64_t>& sequences) {
  for (const std::uint64_t sequence : sequences) {
    const auto found = entries_.find(sequence);
    if (found == entries_.end()) continue;
    Entry& entry = found->second;
    if (entry.stage == Stage::answered) {
      entries_.erase(found);
      --answered_;
    } else if (entry.stage == Stage::attempt_sent) {
      ++entry.attempt;
      entry.stage = Stage::waiting;
    }
  }
}

}  // namespace secondlook
