// Which records of the journal log are under way, and what is due for each: a value without socket
// or log. A record goes: taken -> waiting -> running -> answered (sent to remediation) -> recorded;
// or, when its worker is lost: running -> attempt sent -> (acknowledged) waiting once more -> ...
// -> given up (the master's own "unscanned" is sent as the answer). So an attempt is durable before
// the retry begins, and a record that kills workers is tried twice, over restarts too.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "schema/journal_log/reader.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

inline constexpr std::uint32_t kMostAttempts = 2;

class RecordLedger {
 public:
  explicit RecordLedger(const VerdictWelcome& welcome);

  // The next sequence to look at in the log; moves on with take() and skip_recorded().
  std::uint64_t next_sequence() const { return next_; }
  // Passes over what was recorded before a restart.
  void skip_recorded();
  // False while the oldest record not yet recorded is a whole window behind.
  bool has_room() const;

  // The record of next_sequence(). False: all its attempts failed before the last restart; it must
  // be answered as unscanned, not analysed.
  bool take(JournalRecord record);

  struct Work {
    const JournalRecord* record;  // valid until the record is recorded
    std::uint32_t attempt;
  };
  // The oldest waiting record, now running; nothing when none waits.
  std::optional<Work> begin_next();
  // Back to waiting, as if it had not begun: its worker was gone already.
  void put_back(std::uint64_t sequence);

  const JournalRecord& record(std::uint64_t sequence) const;
  std::uint32_t attempt(std::uint64_t sequence) const;  // the present one, from 1

  void answered(std::uint64_t sequence);
  enum class AfterLoss { report_attempt, give_up };
  // The worker was lost. give_up: answer as unscanned.
  AfterLoss lost(std::uint64_t sequence);

  // Remediation has committed these; what was not sent, or was acknowledged before, is passed over.
  void acknowledge(const std::vector<std::uint64_t>& sequences);

  std::size_t under_way() const { return entries_.size(); }
  // Of these: answered and not acknowledged. The others wait for a verdict.
  std::size_t answered_count() const { return answered_; }
  // Of those that wait for a verdict, the oldest; null when none does.
  const JournalRecord* oldest_waiting() const;

 private:
  enum class Stage { waiting, running, attempt_sent, answered };
  struct Entry {
    JournalRecord record;
    std::uint32_t attempt = 1;
    Stage stage = Stage::waiting;
  };

  std::uint64_t next_;
  std::uint64_t window_;
  std::set<std::uint64_t> recorded_above_;
  std::map<std::uint64_t, std::uint32_t> failed_attempts_;  // before the last restart
  std::map<std::uint64_t, Entry> entries_;
  std::size_t answered_ = 0;
};

}  // namespace secondlook
