#include "analyzer/background_check.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/system_error.h"
#include "base/unix_socket.h"

namespace secondlook {

Result<void> BackgroundCheck::start(const std::function<bool()>& check) {
  if (ended_.is_open()) return {};
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return last_system_error("pipe");
  ended_ = FileDescriptor(ends[0]);
  const FileDescriptor held_by_child(ends[1]);
  child_ = ::fork();
  if (child_ < 0) {
    ended_.reset();
    return last_system_error("fork");
  }
  if (child_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::_exit(check() ? 0 : 1);
  }
  return {};
}

std::optional<bool> BackgroundCheck::answer() {
  if (!ended_.is_open()) return std::nullopt;
  const auto has_ended = wait_readable(ended_.number(), std::chrono::milliseconds(0));
  if (has_ended && !*has_ended) return std::nullopt;
  int status = 0;
  while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_.reset();
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace secondlook
