#include "analyzer/background_check.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

[[noreturn]] void run_child(const std::function<CheckAnswer()>& check, int pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const CheckAnswer answer = check();
  [[maybe_unused]] const auto written =
      write_fully(pipe, answer.text.substr(0, CheckAnswer::kMostTextBytes));
  ::_exit(static_cast<int>(answer.kind));
}

}  // namespace

Result<void> BackgroundCheck::start(const std::function<CheckAnswer()>& check, TimePoint now) {
  started_ = now;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return last_system_error("pipe");
  ended_ = FileDescriptor(ends[0]);
  const FileDescriptor held_by_child(ends[1]);
  ::fcntl(ended_.number(), F_SETFL, O_NONBLOCK);
  text_.clear();
  child_ = ::fork();
  if (child_ < 0) {
    ended_.reset();
    return last_system_error("fork");
  }
  if (child_ == 0) run_child(check, held_by_child.number());
  return {};
}

std::optional<std::chrono::milliseconds> BackgroundCheck::until_deadline(TimePoint now) const {
  if (!runs()) return std::nullopt;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(started_ + kMostTime - now);
  return std::max(std::chrono::milliseconds(1), left + std::chrono::milliseconds(1));
}

std::optional<CheckAnswer> BackgroundCheck::answer(TimePoint now) {
  if (!runs()) return std::nullopt;
  const bool is_late = now - started_ >= kMostTime;
  if (!read_text() && !is_late) return std::nullopt;
  if (is_late) ::kill(child_, SIGKILL);  // no effect on one that has ended
  const int status = reap();
  if (WIFEXITED(status)) {
    for (const auto kind :
         {CheckAnswer::Kind::no, CheckAnswer::Kind::yes, CheckAnswer::Kind::restart})
      if (WEXITSTATUS(status) == static_cast<int>(kind)) return CheckAnswer{kind, text_};
  }
  return CheckAnswer{CheckAnswer::Kind::no, is_late ? "the check took too long" : "the check died"};
}

// True once the child has closed its end.
bool BackgroundCheck::read_text() {
  std::array<char, CheckAnswer::kMostTextBytes> bytes{};
  for (;;) {
    const ssize_t count = ::read(ended_.number(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return false;
    if (count <= 0) return true;
    text_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

int BackgroundCheck::reap() {
  int status = 0;
  while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_.reset();
  return status;
}

}  // namespace secondlook
