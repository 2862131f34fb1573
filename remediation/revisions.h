// Which recorded reports are judged once more, and when the analyzer is asked for them.
//
// | cause                                                   | asked for |
// |---------------------------------------------------------|----------------------------------------|
// | other rules are in force ([analyzer] rescan_hours)      | all that other rules decided,
// received | |                                                         | since; the newest first |
// | other signatures are in force, likewise                 | all with attachments that other ones
// | |                                                         | saw; the newest first | | other
// host lists are in force, likewise                 | all with links; the newest first       | | a
// mail that says a password, and one whose attachment   | the one with the attachment, beside    |
// | only a password opens, from the same sender to one of   | the other; before all of the above |
// | the same recipients ([analyzer] password_wait_hours)    | | | a user reported it ([[tenant]]
// report_mailboxes)        | all reports of it                      |
//
// A revision is recorded as another verdict of the same report, and the plan follows it (plan.h).
// One that could not be made, or came out `unscanned`, leaves the verdict that stands. What was
// asked for is kept in the database until it is answered, over restarts of either process.
//
// Used by the thread that serves the verdict socket, alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "remediation/shared_store.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

struct RevisionSettings {
  std::chrono::hours rescan{0};         // 0: new rules judge new mail only
  std::chrono::hours password_wait{0};  // 0: each mail is judged by itself
};

class Revisions {
 public:
  // The store and the clock must outlive it.
  Revisions(SharedStore& store, RevisionSettings settings, const Clock& clock)
      : store_(store), settings_(settings), clock_(clock) {}

  // What an analyzer that has just connected judges by; empty: it has none.
  struct JudgedBy {
    std::string rule_set;
    std::string signatures{};  // of a malware scanner
    std::string host_lists{};  // their digest
  };
  Result<void> begin(const std::string& log, JudgedBy by);
  Result<void> rules_changed(const std::string& rule_set);
  Result<void> signatures_changed(const std::string& signatures);
  Result<void> host_lists_changed(const std::string& digest);

  // What is to be asked now; at most kMostJudgedAgain are unanswered at a time. Where more waits
  // that one call does not find, has_more().
  Result<std::vector<JudgeAgain>> next();
  bool has_more() const { return has_more_; }

  // A revision has come, inside the transaction that records it. False: its report was forgotten
  // meanwhile, and it with it. malformed: nobody asked for it.
  Result<bool> take_answer(Store& store, const VerdictStamp& stamp);
  Result<void> take_refusal(const NotJudged& answer);

  // Asks for what this report, just recorded as `message`, makes worth a second look; inside the
  // transaction that records it.
  Result<void> look_around(Store& store, const MessageRow& message, const RecordedReport& report);

 private:
  struct Asked {
    std::int64_t id = 0;
    std::uint32_t revision = 0, tries = 0;
  };
  Result<void> start_rescan();
  Result<void> ask_meanwhile(Store& store, const RecordedReport& report);
  Result<void> take_user_report(Store& store, const RecordedReport& report);
  Result<void> find_password(Store& store, const MessageRow& message, const RecordedReport& report);
  Result<void> tell_password(Store& store, const MessageRow& message, const RecordedReport& report);

  SharedStore& store_;
  const RevisionSettings settings_;
  const Clock& clock_;
  std::string log_;
  JudgedBy by_;
  // Links of reports that came before may have been judged by other lists while these came.
  Timestamp host_lists_since_{};
  std::map<std::uint64_t, Asked> asked_;  // unanswered, by sequence
  bool has_more_ = false;
};

}  // namespace secondlook
