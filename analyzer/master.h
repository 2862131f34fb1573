// The analyzer's master: follows the journal log, hands records to workers in order of arrival,
// puts its stamp before what they answer and sends it on. Reads no byte of a mail and none of a
// verdict. One thread, one poll; all it needs was opened before it confined itself.
#pragma once

#include <functional>

#include "analyzer/background_check.h"
#include "analyzer/process_signals.h"
#include "analyzer/record_ledger.h"
#include "analyzer/verdict_connection.h"
#include "analyzer/worker_pool.h"
#include "base/clock.h"
#include "schema/journal_log/reader.h"

namespace secondlook {

// What SIGHUP asks for. Where `check` is empty, it asks for nothing.
struct RuleReload {
  // Do the rules as they now stand load? Runs in a child. With yes, its text goes to `take`.
  std::function<CheckAnswer()> check;
  // Loads them here, which the check has shown to be possible and quick: the workers' new work.
  std::function<Result<MakeAnalyseJob>(const std::string& found)> take;
  // They are not taken, the present ones stay; the reason.
  std::function<void(const std::string& reason)> refuse;
};

// What the master holds. Owned by the caller, and must outlive it.
struct MasterParts {
  JournalLogReader& log;
  VerdictConnection& verdicts;
  WorkerPool& pool;
  const ProcessSignals& signals;
  const Clock& clock;
  int scanner_control = -1;  // closed by the malware helper's end
  RuleReload reload;
  // Whenever it changed: places of the pool whose workers did not get ready. May be empty.
  std::function<void(std::uint32_t places)> tell_waiting_places{};
};

// What the analyzer says of the log when it meets remediation: its UUID, its durable end and the
// oldest sequence kept.
Result<VerdictHello> introduce(JournalLogReader& log);

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
  Result<void> wait();
  Result<void> take_outcomes();
  void report_loss(std::uint64_t sequence, const std::string& reason);
  void send_unscanned(std::uint64_t sequence, std::string_view reason);
  Result<void> tell_progress();
  Result<void> take_signals();
  Result<void> take_reload(const CheckAnswer& answer);
  void start_check();
  VerdictStamp stamp_of(std::uint64_t sequence) const;

  MasterParts parts_;
  RecordLedger ledger_;
  BackgroundCheck check_;
  bool check_again_ =
      false;  // SIGHUP came while a check ran, which may have read what stood before
  std::uint64_t told_durable_ = 0;
  std::uint32_t told_waiting_ = 0;
  bool ends_ = false;
};

}  // namespace secondlook
