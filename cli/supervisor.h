// Keeps the service's processes running: starts them, restarts one that dies, passes signals on,
// keeps the process table, stops them in order. Knows nothing of what they do. One thread, driven
// by signalfd and poll: it sleeps until something happens or is due.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/child_process.h"
#include "cli/service_manager.h"
#include "schema/process_table.h"

namespace secondlook {

struct SupervisedProgram {
  std::string name;                                 // "ingest"
  ChildPlan plan;                                   // the notice pipe is added at each start
  std::chrono::milliseconds stop_patience{15'000};  // from SIGTERM to SIGKILL
  // When the loop of the process last turned: steady clock, ms. Empty: it does not tell. A ready
  // one that is silent for longer is killed, and started again as any that died.
  std::function<std::uint64_t()> pulse{};
  std::chrono::milliseconds most_silence{60'000};
};

struct SupervisorSettings {
  std::vector<SupervisedProgram> programs;  // started in this order, stopped in the reverse one
  std::string table_path;                   // process table, replaced at each change
  std::string ready_file;                   // written once all are ready; empty: none
  std::string ready_content;
  std::vector<std::string> smtp;  // for the table
  bool separate_users = false;    // for the table
  // Asked before a SIGHUP is passed on; an error keeps the processes as they run.
  std::function<Result<void>()> may_reload;
  // Asked behind it for each program, by its name: whether the SIGHUP concerns it. May be empty:
  // each.
  std::function<bool(const std::string&)> is_concerned;
  ServiceManager* manager = nullptr;  // told what goes on; outlives the run
};

// Runs until SIGTERM or SIGINT: 0 then. A program that exits with 2 before it was ever ready (bad
// configuration or rules; it has said why on the standard error it shares with us) ends everything:
// 2. Any other end of a program is followed by a restart after its backoff; one that ends after a
// SIGHUP (one way to take up the new configuration) is restarted at once. One that takes it up in
// place goes on, and says so by another notice.
//
// Blocks SIGCHLD, SIGTERM, SIGINT and SIGHUP for the calling thread, which must be the only one.
// Errors: a program cannot be started at all; the table cannot be written at the start.
Result<int> supervise(const SupervisorSettings& settings, const Clock& clock);

}  // namespace secondlook
