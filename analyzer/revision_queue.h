// Recorded reports that remediation wants judged once more (schema/verdict_protocol.h): few at a
// time, each one try. A value without socket or log.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "base/result.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

class RevisionQueue {
 public:
  // malformed: more than kMostJudgedAgain are unanswered, or the record is asked for already.
  Result<void> ask(JudgeAgain request);

  bool has_waiting() const { return !waiting_.empty(); }
  // The oldest that waits, now running.
  std::optional<JudgeAgain> begin_next();
  // Back to the front: its worker was gone already.
  void put_back(std::uint64_t sequence);
  // Answered, one way or the other.
  JudgeAgain finish(std::uint64_t sequence);

 private:
  std::map<std::uint64_t, JudgeAgain> requests_;  // by sequence
  std::deque<std::uint64_t> waiting_;
};

}  // namespace secondlook
