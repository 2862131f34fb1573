#include "cli/supervised_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system_error.h"
#include "schema/process_notice.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestNotice = 65536;

// Above standard error and every descriptor that the program was promised.
int notice_number(const ChildPlan& plan) {
  int number = 3;
  for (const auto& [ours, theirs] : plan.descriptors) number = std::max(number, theirs + 1);
  return number;
}

}  // namespace

SupervisedProcess::SupervisedProcess(const SupervisedProgram& program, const Clock& clock)
    : program_(program), clock_(clock), silence_(program.most_silence) {
  entry_.name = program.name;
  entry_.user = program.plan.user ? program.plan.user->name : current_user_name();
  entry_.since = clock.now();
}

void SupervisedProcess::enter(ProcessState state, std::string detail) {
  entry_.state = state;
  entry_.since = clock_.now();
  entry_.detail = std::move(detail);
  changed_ = true;
}

Result<void> SupervisedProcess::start() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return last_system_error("pipe");
  FileDescriptor reading(ends[0]);
  const FileDescriptor writing(ends[1]);
  ChildPlan plan = program_.plan;
  const int number = notice_number(plan);
  plan.descriptors.emplace_back(writing.number(), number);
  plan.environment.emplace_back(kNoticeVariable, std::to_string(number));
  const auto pid = start_child(plan);
  if (!pid) return pid.error();
  notices_ = std::move(reading);
  partial_notice_.clear();
  entry_.pid = *pid;
  entry_.confinement.clear();
  entry_.rules = {};
  started_at_ = clock_.steady();
  deadline_.reset();
  reloading_ = was_killed_ = false;
  enter(ProcessState::starting, "");
  log_info("process started", {{"child", entry_.name}, {"pid", std::to_string(*pid)}});
  return {};
}

void SupervisedProcess::start_if_due() {
  if (entry_.state != ProcessState::waiting || !is_due()) return;
  if (const auto started = start(); !started) {
    started_at_ = clock_.steady();
    schedule_restart(started.error().message, false);
  }
}

void SupervisedProcess::stop() {
  if (stopping_) return;
  stopping_ = true;
  if (has_ended()) {
    deadline_.reset();
    enter(ProcessState::stopped, entry_.detail);
    return;
  }
  ::kill(entry_.pid, SIGTERM);
  deadline_ = clock_.steady() + program_.stop_patience;
  enter(ProcessState::stopping, entry_.detail);
}

void SupervisedProcess::kill_if_overdue() {
  if (entry_.state != ProcessState::stopping || has_ended() || !is_due()) return;
  log_warning("process did not stop in time", {{"child", entry_.name}});
  ::kill(entry_.pid, SIGKILL);
  deadline_.reset();
}

void SupervisedProcess::reload() {
  if (has_ended() || stopping_) return;
  reloading_ = true;
  ::kill(entry_.pid, SIGHUP);
}

bool SupervisedProcess::kill_if_silent() {
  if (!program_.pulse || entry_.state != ProcessState::ready || was_killed_) return false;
  if (!silence_.is_silent(program_.pulse(), clock_.steady())) return true;
  log_error("process does not answer and is killed", {{"child", entry_.name}});
  ::kill(entry_.pid, SIGKILL);
  was_killed_ = true;
  return false;
}

void SupervisedProcess::read_notices() {
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(notices_.number(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return notices_.reset();
    partial_notice_.append(buffer, static_cast<std::size_t>(count));
    for (std::size_t end; (end = partial_notice_.find('\n')) != std::string::npos;) {
      take_notice(std::string_view(partial_notice_).substr(0, end));
      partial_notice_.erase(0, end + 1);
    }
    if (partial_notice_.size() > kLongestNotice) partial_notice_.clear();
  }
}

void SupervisedProcess::take_notice(std::string_view line) {
  const auto notice = parse_process_notice(line);
  if (!notice) {
    log_warning("notice not understood", {{"child", entry_.name}});
    return;
  }
  entry_.confinement = notice->confinement;
  entry_.detail = notice->detail;
  entry_.rules = notice->rules;
  changed_ = true;
  if (entry_.state == ProcessState::ready) reloading_ = false;  // done, without an end
  if (!notice->ready || entry_.state != ProcessState::starting) return;
  was_ever_ready_ = true;
  silence_.begin(clock_.steady());
  enter(ProcessState::ready, notice->detail);
  log_info(
      "process ready",
      {{"child", entry_.name}, {"confinement", notice->confinement}, {"detail", notice->detail}});
}

bool SupervisedProcess::reap() {
  int status = 0;
  if (has_ended() || ::waitpid(entry_.pid, &status, WNOHANG) != entry_.pid) return false;
  if (notices_.is_open()) read_notices();  // its last words
  notices_.reset();
  entry_.pid = 0;
  deadline_.reset();
  exited_with_usage_ = WIFEXITED(status) && WEXITSTATUS(status) == 2;
  if (stopping_) {
    enter(ProcessState::stopped, "");
    log_info("process stopped", {{"child", entry_.name}, {"how", how_it_ended(status)}});
    return true;
  }
  const bool asked_to = (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
                        (WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
  schedule_restart(how_it_ended(status), reloading_ && asked_to);
  return true;
}

void SupervisedProcess::schedule_restart(std::string how_it_ended, bool after_reload) {
  std::chrono::milliseconds delay{0};
  if (!after_reload) {
    delay = backoff_.delay_after(clock_.steady() - started_at_);
    ++entry_.restarts;
    log_warning("process ended", {{"child", entry_.name},
                                  {"how", how_it_ended},
                                  {"restart_in_ms", std::to_string(delay.count())}});
  }
  deadline_ = clock_.steady() + delay;
  enter(ProcessState::waiting, std::move(how_it_ended));
}

}  // namespace secondlook
