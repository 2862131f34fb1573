#include "analyzer/background_check.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

[[noreturn]] void run_child(const std::function<CheckAnswer()>& check, int pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit limit{BackgroundCheck::kMostCpuSeconds, BackgroundCheck::kMostCpuSeconds};
  ::setrlimit(RLIMIT_CPU, &limit);
  const CheckAnswer answer = check();
  [[maybe_unused]] const auto written =
      write_fully(pipe, answer.text.substr(0, CheckAnswer::kMostTextBytes));
  ::_exit(static_cast<int>(answer.kind));
}

}  // namespace

Result<void> BackgroundCheck::start(const std::function<CheckAnswer()>& check) {
  if (ended_.is_open()) return {};
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

std::optional<CheckAnswer> BackgroundCheck::answer() {
  if (!ended_.is_open()) return std::nullopt;
  std::array<char, CheckAnswer::kMostTextBytes> bytes{};
  for (;;) {
    const ssize_t count = ::read(ended_.number(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return std::nullopt;
    if (count <= 0) break;
    text_.append(bytes.data(), static_cast<std::size_t>(count));
  }
  int status = 0;
  while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_.reset();
  if (!WIFEXITED(status))
    return CheckAnswer{CheckAnswer::Kind::no, "the check died or took too long"};
  switch (WEXITSTATUS(status)) {
    case static_cast<int>(CheckAnswer::Kind::yes):
      return CheckAnswer{CheckAnswer::Kind::yes, text_};
    case static_cast<int>(CheckAnswer::Kind::restart):
      return CheckAnswer{CheckAnswer::Kind::restart, text_};
    default: return CheckAnswer{CheckAnswer::Kind::no, text_};
  }
}

}  // namespace secondlook
