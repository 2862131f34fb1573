#include "analyzer/helper_process.h"

#include <csignal>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/system_error.h"
#include "base/unix_socket.h"

namespace secondlook {
namespace {

constexpr std::chrono::milliseconds kPatienceAtTheEnd(2000);

[[noreturn]] void become_helper(const std::string& program,
                                const std::vector<std::string>& arguments, int control) {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // dup2 onto itself would leave close-on-exec set.
  const int passed = ::dup(control);
  ::dup2(passed, kHelperControlDescriptor);
  ::close_range(kHelperControlDescriptor + 1, ~0U, 0);
  std::vector<char*> values = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments)
    values.push_back(const_cast<char*>(argument.c_str()));
  values.push_back(nullptr);
  ::execv(program.c_str(), values.data());
  ::_exit(127);
}

Result<void> wait_until_ready(int control, std::chrono::milliseconds patience) {
  const auto readable = wait_readable(control, patience);
  if (!readable) return readable.error();
  if (!*readable) return temporary("the helper was not ready in time");
  const auto received = receive_with_descriptors(control, 1);
  if (!received) return received.error();
  if (received->bytes != std::string_view(&kHelperReady, 1))
    return malformed("the helper ended before it was ready");
  return {};
}

}  // namespace

Result<HelperProcess> HelperProcess::start(const std::string& program,
                                           const std::vector<std::string>& arguments,
                                           std::chrono::milliseconds patience) {
  auto ends = make_socket_pair();
  if (!ends) return ends.error();
  const pid_t child = ::fork();
  if (child < 0) return last_system_error("fork");
  if (child == 0) become_helper(program, arguments, ends->second.number());
  HelperProcess process(child, std::move(ends->first));
  ends->second.reset();
  if (auto ready = wait_until_ready(process.control(), patience); !ready)
    return within(program, ready.error());
  return process;
}

HelperProcess::~HelperProcess() {
  if (process_.number <= 0) return;
  control_.reset();  // the helper tidies up and ends on this
  const FileDescriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, process_.number, 0)));
  const auto is_gone = wait_readable(ended.number(), kPatienceAtTheEnd);
  if (!ended.is_open() || !is_gone || !*is_gone) ::kill(process_.number, SIGKILL);
  ::waitpid(process_.number, nullptr, 0);
}

Result<FileDescriptor> HelperProcess::connect() const {
  auto ends = make_socket_pair();
  if (!ends) return ends.error();
  if (auto sent = send_with_descriptors(control_.number(), std::string_view(&kHelperConnect, 1),
                                        {ends->second.number()});
      !sent)
    return within("helper", sent.error());
  return std::move(ends->first);
}

}  // namespace secondlook
