// processes.json (PathSettings::process_table()): what `serve` knows of the processes it started,
// for `status` and `doctor`. Replaced as a whole at each change; left behind when serve ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/clock.h"
#include "base/result.h"
#include "schema/process_notice.h"

namespace secondlook {

// starting: runs, has not said ready; ready; waiting: ended, starts again soon; stopping: was told
// to end; stopped; lost: the table says it runs, but nothing does (serve was killed).
enum class ProcessState { starting, ready, waiting, stopping, stopped, lost };
std::string_view name_of(ProcessState state);
std::optional<ProcessState> parse_process_state(std::string_view name);

struct ProcessEntry {
  std::string name;  // the executable: "secondlook-ingest"
  pid_t pid = 0;     // 0: none runs
  ProcessState state = ProcessState::stopped;
  std::uint64_t restarts = 0;  // ends that nobody asked for
  Timestamp since{};           // of this state
  std::string user;            // the user it runs as
  std::string confinement;     // as it said itself (ConfinementReport::summary())
  std::string detail;          // as it said itself, or how it ended
  RulesNotice rules{};         // of the one that judges mails
};

struct ProcessTable {
  pid_t supervisor = 0;
  Timestamp since{};              // serve began
  std::vector<std::string> smtp;  // bound addresses, "127.0.0.1:2525"
  bool separate_users = false;    // each process has its own; else only Landlock parts them
  std::vector<ProcessEntry> processes;
};

std::string to_json(const ProcessTable& table);  // one line
// Unknown members are passed over, missing ones read as empty.
Result<ProcessTable> parse_process_table(std::string_view json);

// The table at `path`, with entries whose process is gone marked `lost`. not_found: serve has never
// run with this runtime directory.
Result<ProcessTable> read_process_table(const std::string& path);
// Whether the serve that wrote the table still runs.
bool is_alive(const ProcessTable& table);

// "3 of 3 confined (no-new-privileges seccomp landlock-7); all run as root: ..." for `status`.
std::string confinement_summary(const ProcessTable& table);

}  // namespace secondlook
