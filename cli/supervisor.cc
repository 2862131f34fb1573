#include "cli/supervisor.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <deque>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/log.h"
#include "base/system_error.h"
#include "cli/console.h"
#include "cli/supervised_process.h"

namespace secondlook {
namespace {

constexpr unsigned kTableMode = 0644;  // holds no secret; the directory says who may look

Result<FileDescriptor> open_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  if (::sigprocmask(SIG_BLOCK, &signals, nullptr) != 0) return last_system_error("sigprocmask");
  FileDescriptor descriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!descriptor.is_open()) return last_system_error("signalfd");
  return descriptor;
}

class Supervisor {
 public:
  Supervisor(const SupervisorSettings& settings, const Clock& clock)
      : settings_(settings), clock_(clock), since_(clock.now()) {
    for (const SupervisedProgram& program : settings.programs)
      processes_.emplace_back(program, clock);
  }

  Result<int> run();

 private:
  Result<void> start_all();
  void wait();
  void take_signals();
  void take_notices();
  void take_ends();
  void reload();
  void stop_next();
  bool all_stopped() const;
  bool all_ready() const;
  void tell_that_ready();
  void tell_the_manager();
  Result<void> write_table();

  ServiceManager& manager() { return settings_.manager ? *settings_.manager : nobody_; }

  const SupervisorSettings& settings_;
  const Clock& clock_;
  const Timestamp since_;
  ServiceManager nobody_;
  FileDescriptor signals_;
  std::deque<SupervisedProcess> processes_;
  bool stopping_ = false;
  bool ready_told_ = false;
  int exit_status_ = exit_done;
};

Result<int> Supervisor::run() {
  auto signals = open_signals();
  if (!signals) return signals.error();
  signals_ = std::move(*signals);
  if (const auto written = write_table(); !written) return written.error();
  if (const auto started = start_all(); !started) return started.error();
  while (!all_stopped()) {
    // A table that cannot be written (full disk) is no reason to stop receiving mail.
    if (const auto written = write_table(); !written)
      log_warning("process table not written", {{"reason", written.error().message}});
    tell_that_ready();
    tell_the_manager();
    wait();
    take_signals();
    take_notices();
    take_ends();
    if (stopping_) {
      stop_next();
    } else {
      for (SupervisedProcess& process : processes_) process.start_if_due();
    }
  }
  if (const auto written = write_table(); !written)
    log_warning("process table not written", {{"reason", written.error().message}});
  return exit_status_;
}

// One that cannot be started at all takes those before it down with us (parent-death signal).
Result<void> Supervisor::start_all() {
  for (SupervisedProcess& process : processes_)
    if (auto started = process.start(); !started) return started;
  return {};
}

void Supervisor::wait() {
  std::vector<pollfd> waited = {{signals_.number(), POLLIN, 0}};
  SupervisedProcess::Deadline nearest;
  for (SupervisedProcess& process : processes_) {
    if (process.kill_if_silent())
      if (const auto again = clock_.steady() + SilenceWatch::kLookAgain;
          !nearest || again < *nearest)
        nearest = again;
    if (process.notice_descriptor() >= 0)
      waited.push_back({process.notice_descriptor(), POLLIN, 0});
    if (const auto due = process.deadline(); due && (!nearest || *due < *nearest)) nearest = due;
  }
  if (const auto due = manager().next_sign(); due && (!nearest || *due < *nearest)) nearest = due;
  int milliseconds = -1;
  if (nearest)  // rounded up, so that what is due is due when we wake
    milliseconds = static_cast<int>(std::clamp<std::int64_t>(
        std::chrono::ceil<std::chrono::milliseconds>(*nearest - clock_.steady()).count(), 0,
        60'000));
  ::poll(waited.data(), waited.size(), milliseconds);
}

void Supervisor::take_signals() {
  signalfd_siginfo signal{};
  while (::read(signals_.number(), &signal, sizeof signal) == sizeof signal) {
    if (signal.ssi_signo == SIGHUP) reload();
    if ((signal.ssi_signo == SIGTERM || signal.ssi_signo == SIGINT) && !stopping_) {
      log_info("stopping", {{"signal", std::to_string(signal.ssi_signo)}});
      stopping_ = true;
      manager().stopping();
    }
  }
}

void Supervisor::take_notices() {
  for (SupervisedProcess& process : processes_)
    if (process.notice_descriptor() >= 0) process.read_notices();
}

void Supervisor::take_ends() {
  for (SupervisedProcess& process : processes_) {
    if (!process.reap() || stopping_ || !process.refused_its_configuration()) continue;
    log_error("process refused its configuration", {{"child", process.entry().name}});
    stopping_ = true;
    exit_status_ = exit_usage;
  }
}

void Supervisor::reload() {
  if (stopping_) return;
  if (const auto allowed = settings_.may_reload ? settings_.may_reload() : Result<void>();
      !allowed) {
    log_error("reload refused", {{"reason", allowed.error().message}});
    return;
  }
  log_info("reloading");
  for (SupervisedProcess& process : processes_)
    if (!settings_.is_concerned || settings_.is_concerned(process.entry().name)) process.reload();
}

// The last started first: nothing is received any more before nothing is judged any more before
// nothing is recorded any more. One that has ended by itself is not started again for that.
void Supervisor::stop_next() {
  for (SupervisedProcess& process : processes_)
    if (process.has_ended()) process.stop();
  for (auto process = processes_.rbegin(); process != processes_.rend(); ++process) {
    process->stop();
    process->kill_if_overdue();
    if (!process->has_ended()) return;
  }
}

bool Supervisor::all_stopped() const {
  return stopping_ && std::all_of(processes_.begin(), processes_.end(), [](const auto& process) {
           return process.entry().state == ProcessState::stopped;
         });
}

bool Supervisor::all_ready() const {
  return std::all_of(processes_.begin(), processes_.end(), [](const auto& process) {
    return process.entry().state == ProcessState::ready;
  });
}

void Supervisor::tell_that_ready() {
  if (ready_told_ || !all_ready()) return;
  ready_told_ = true;
  manager().ready();
  if (settings_.ready_file.empty()) return;
  if (const auto written = replace_file(settings_.ready_file, settings_.ready_content, kTableMode);
      !written)
    log_error("ready file not written", {{"reason", written.error().message}});
}

// Also the proof that this loop still turns: whoever waits for it in vain ends us, and with us all.
void Supervisor::tell_the_manager() {
  manager().sign_if_due(clock_.steady());
  std::string text;
  for (const SupervisedProcess& process : processes_)
    if (process.entry().state != ProcessState::ready)
      text += (text.empty() ? "" : ", ") + process.entry().name + " " +
              std::string(name_of(process.entry().state));
  manager().status(text.empty() ? "all processes are ready" : text);
}

Result<void> Supervisor::write_table() {
  bool changed = false;
  ProcessTable table{::getpid(), since_, settings_.smtp, settings_.separate_users, {}};
  for (SupervisedProcess& process : processes_) {
    changed = process.take_changed() || changed;
    table.processes.push_back(process.entry());
  }
  if (!changed) return {};
  return replace_file(settings_.table_path, to_json(table) + "\n", kTableMode);
}

}  // namespace

Result<int> supervise(const SupervisorSettings& settings, const Clock& clock) {
  return Supervisor(settings, clock).run();
}

}  // namespace secondlook
