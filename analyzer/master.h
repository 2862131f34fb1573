// The analyzer's master: follows the journal log, hands records to workers in order of arrival,
// puts its stamp before what they answer and sends it on. Reads no byte of a mail and none of a
// verdict. One thread, one poll; all it needs was opened before it confined itself.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/background_check.h"
#include "analyzer/process_signals.h"
#include "analyzer/record_ledger.h"
#include "analyzer/revision_queue.h"
#include "analyzer/verdict_connection.h"
#include "analyzer/worker_pool.h"
#include "base/clock.h"
#include "schema/journal_log/reader.h"
#include "schema/process_figures.h"

namespace secondlook {

// What SIGHUP asks for. Where `check` is empty, it asks for nothing.
struct NewRules {
  MakeAnalyseJob make_analyse;  // the workers' new work
  std::string hash;
  std::string host_lists{};                     // HostLists::digest()
  std::function<RuleTimeTable()> rule_times{};  // of these rules; may be empty
};

struct RuleReload {
  // Do the rules as they now stand load? Runs in a child. With yes, its text goes to `take`.
  std::function<CheckAnswer()> check;
  // Loads them here, which the check has shown to be possible and quick.
  std::function<Result<NewRules>(const std::string& found)> take;
  // They are not taken, the present ones stay; the reason.
  std::function<void(const std::string& reason)> refuse;
};

// What the master holds. Owned by the caller, and must outlive it.
struct MasterParts {
  JournalLogReader& log;
  JournalLogReader& recorded;  // the same log, for reports that are judged once more
  VerdictConnection& verdicts;
  WorkerPool& pool;
  const ProcessSignals& signals;
  const Clock& clock;
  std::vector<int> helper_controls{};  // each closed by its helper's end
  int scanner_control = -1;            // the malware helper's
  RuleReload reload;
  // Whenever it changed: places of the pool whose workers did not get ready. May be empty.
  std::function<void(std::uint32_t places)> tell_waiting_places{};
  // When scanner_control is readable: the signatures it scans by from now on, where they are
  // others. Where this is empty, it is readable by the helper's end alone.
  std::function<Result<std::optional<std::string>>()> take_scanner_news{};
  std::shared_ptr<AnalyzerFigures> figures =
      std::make_shared<AnalyzerFigures>();      // kept up to date
  std::function<RuleTimeTable()> rule_times{};  // of the rules in force; may be empty
};

class Master {
 public:
  explicit Master(const MasterParts& parts);

  // Until SIGTERM or SIGINT, or until SIGHUP found settings that only a new process can take up:
  // success, the supervisor starts it anew. New rules are taken up in place: workers that are busy
  // finish their mail with the old ones. Anything lost that it needs is an error.
  Result<void> run();

 private:
  Result<void> begin();
  Result<void> read_log();
  Result<bool> take_next();
  void take_lost(std::uint64_t sequence, std::string_view reason);
  Result<void> dispatch();
  Result<void> submit(const RecordLedger::Work& work);
  Result<void> hand_over(WorkerJob job, std::vector<int> descriptors);
  // A recorded report once more, where no new one waits or it is a revision's turn.
  Result<void> submit_revision(const JudgeAgain& request);
  Result<void> hand_over_revision(const JudgeAgain& request);
  void take_revision(const JobOutcome& outcome);
  void fail_revision(std::uint64_t sequence, const std::string& reason);
  Result<void> wait();
  Result<void> take_scanner_news();
  Result<void> take_outcomes();
  void report_loss(std::uint64_t sequence, const std::string& reason);
  void send_unscanned(std::uint64_t sequence, std::string_view reason);
  void tell_figures();
  std::string name_of_report(std::uint64_t sequence) const;
  Result<void> tell_progress();
  Result<void> take_signals();
  Result<void> take_reload(const CheckAnswer& answer);
  void start_check();
  VerdictStamp stamp_of(std::uint64_t sequence) const;
  VerdictStamp stamp_of(const JournalRecord& record) const;

  MasterParts parts_;
  RecordLedger ledger_;
  RevisionQueue revisions_;
  std::map<std::uint64_t, JournalRecord> revised_;  // those under way, for their stamps
  FileDescriptor history_, lists_;                  // the newest of each; closed: none has come
  std::uint32_t since_revision_ = 0;                // records dispatched since the last revision
  BackgroundCheck check_;
  bool check_again_ =
      false;  // SIGHUP came while a check ran, which may have read what stood before
  std::uint64_t told_durable_ = 0;
  std::uint32_t told_waiting_ = 0;
  std::optional<std::chrono::steady_clock::time_point> told_times_;
  bool ends_ = false;
};

}  // namespace secondlook
