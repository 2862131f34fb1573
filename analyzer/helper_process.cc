#include "analyzer/helper_process.h"

#include <algorithm>
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

}  // namespace

Result<void> tell_helper_ready(std::string_view note) {
  return write_fully(kHelperControlDescriptor, kHelperReady + std::string(note) + "\n");
}

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
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!process.is_ready_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    const auto readable = wait_readable(process.control(), std::max(left, left.zero()));
    if (!readable) return within(program, readable.error());
    if (!*readable) return within(program, temporary("the helper was not ready in time"));
    if (auto news = process.take_news(); !news) return within(program, news.error());
  }
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

Result<bool> HelperProcess::take_news() {
  const auto received = receive_with_descriptors(control_.number(), kLongestHelperNote);
  if (!received) return received.error();
  if (received->bytes.empty()) return temporary("the helper ended");
  incoming_ += received->bytes;
  const std::string before = note_;
  for (auto end = incoming_.find('\n'); end != std::string::npos; end = incoming_.find('\n')) {
    if (incoming_.front() != kHelperReady) return malformed("no line of a helper");
    note_ = incoming_.substr(1, end - 1);
    is_ready_ = true;
    incoming_.erase(0, end + 1);
  }
  if (incoming_.size() > kLongestHelperNote + 1)
    return malformed("a line of the helper is too long");
  return note_ != before;
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
