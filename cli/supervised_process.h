// One process under `serve`: its life as seen by the supervisor. Holds the pid and the pipe of its
// notices; decides nothing about the others.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "cli/restart_backoff.h"
#include "cli/silence_watch.h"
#include "cli/supervisor.h"

namespace secondlook {

class SupervisedProcess {
 public:
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;

  SupervisedProcess(const SupervisedProgram& program, const Clock& clock);

  Result<void> start();
  // Starts it when its backoff is over; a start that fails counts as an end.
  void start_if_due();
  // SIGTERM, and the deadline for SIGKILL; a waiting one is stopped at once.
  void stop();
  void kill_if_overdue();
  void reload();  // SIGHUP
  // SIGKILL where it is ready and its pulse has stopped. True while it has to be looked at again.
  bool kill_if_silent();

  // Takes what stands in the notice pipe.
  void read_notices();
  // waitpid without waiting. True when it has just ended; it then waits for its restart, or is
  // stopped when it was told to.
  bool reap();

  const ProcessEntry& entry() const { return entry_; }
  bool has_ended() const { return entry_.pid == 0; }
  bool was_ever_ready() const { return was_ever_ready_; }
  bool refused_its_configuration() const { return exited_with_usage_ && !was_ever_ready_; }
  int notice_descriptor() const { return notices_.number(); }  // -1: none
  Deadline deadline() const { return deadline_; }              // the next start or kill
  // True once after each change of entry().
  bool take_changed() { return std::exchange(changed_, false); }

 private:
  void enter(ProcessState state, std::string detail);
  void take_notice(std::string_view line);
  void schedule_restart(std::string how_it_ended, bool after_reload);
  bool is_due() const { return deadline_ && clock_.steady() >= *deadline_; }

  const SupervisedProgram& program_;
  const Clock& clock_;
  ProcessEntry entry_;
  RestartBackoff backoff_;
  FileDescriptor notices_;
  std::string partial_notice_;
  std::chrono::steady_clock::time_point started_at_{};
  SilenceWatch silence_;
  Deadline deadline_;
  bool changed_ = true;
  bool was_ever_ready_ = false;
  bool exited_with_usage_ = false;
  bool reloading_ = false;
  bool was_killed_ = false;  // for its silence; its end is still to come
  bool stopping_ = false;
};

}  // namespace secondlook
