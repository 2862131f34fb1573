#include "analyzer/process_signals.h"

#include <csignal>

#include <sys/signalfd.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {

Result<ProcessSignals> ProcessSignals::take_over() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  if (::sigprocmask(SIG_BLOCK, &signals, nullptr) != 0) return last_system_error("sigprocmask");
  std::signal(SIGPIPE, SIG_IGN);
  FileDescriptor descriptor(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!descriptor.is_open()) return last_system_error("signalfd");
  return ProcessSignals(std::move(descriptor));
}

int ProcessSignals::next() const {
  signalfd_siginfo arrived{};
  const ssize_t count = ::read(descriptor_.number(), &arrived, sizeof arrived);
  return count == static_cast<ssize_t>(sizeof arrived) ? static_cast<int>(arrived.ssi_signo) : 0;
}

}  // namespace secondlook
