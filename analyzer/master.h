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

// What the master holds. Owned by the caller, and must outlive it.
struct MasterParts {
  JournalLogReader& log;
  VerdictConnection& verdicts;
  WorkerPool& pool;
  const ProcessSignals& signals;
  const Clock& clock;
  int scanner_control = -1;         // closed by the malware helper's end
  std::function<bool()> new_rules;  // do the rules as they now stand load? Runs in a child
};

// What the analyzer says of the log when it meets remediation: its UUID, its durable end and the
// oldest sequence kept.
Result<VerdictHello> introduce(JournalLogReader& log);

class Master {
 public:
  explicit Master(const MasterParts& parts);

  // Until SIGTERM or SIGINT, or until SIGHUP found new rules that load: success, the supervisor
  // starts the process anew (with them). Anything lost that it needs is an error.
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
  void take_signals();
  VerdictStamp stamp_of(std::uint64_t sequence) const;

  MasterParts parts_;
  RecordLedger ledger_;
  BackgroundCheck reload_;
  std::uint64_t told_durable_ = 0;
  bool ends_ = false;
};

}  // namespace secondlook
