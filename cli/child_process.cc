#include "cli/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr int kAboveAllTargets = 64;  // descriptors are parked here while they change places

// Where we are not root but hold its rights as ambient ones, they would outlive the change.
bool drop_to(const ProcessUser& user) {
  return ::initgroups(user.name.c_str(), user.group) == 0 && ::setgid(user.group) == 0 &&
         ::setuid(user.user) == 0 &&
         ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0;
}

// Nothing that we happen to hold is passed on: only what the plan names.
bool place_descriptors(const ChildPlan& plan) {
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  if (plan.empty_input) {
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0) return false;
    if (nothing > STDERR_FILENO) ::close(nothing);
  }
  std::vector<int> parked;
  for (const auto& [ours, theirs] : plan.descriptors)
    parked.push_back(::fcntl(ours, F_DUPFD_CLOEXEC, kAboveAllTargets));
  for (std::size_t i = 0; i < parked.size(); ++i)
    if (parked[i] < 0 || ::dup2(parked[i], plan.descriptors[i].second) < 0) return false;
  return true;
}

void reset_signals() {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
}

// In the child. The order matters: changing the user clears the parent-death signal.
bool prepare(const ChildPlan& plan, pid_t parent) {
  reset_signals();
  if (plan.own_process_group) ::setpgid(0, 0);
  if (!place_descriptors(plan)) return false;
  if (plan.user && !drop_to(*plan.user)) return false;
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  if (::getppid() != parent) ::_exit(127);  // it died before we asked to follow
  for (const auto& [name, value] : plan.environment) ::setenv(name.c_str(), value.c_str(), 1);
  return true;
}

[[noreturn]] void become(const ChildPlan& plan, pid_t parent, int report) {
  std::vector<char*> arguments = {const_cast<char*>(plan.executable.c_str())};
  for (const std::string& argument : plan.arguments)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  if (prepare(plan, parent)) ::execv(plan.executable.c_str(), arguments.data());
  const int code = errno;
  [[maybe_unused]] const ssize_t told = ::write(report, &code, sizeof code);
  ::_exit(127);
}

}  // namespace

std::optional<ProcessUser> find_user(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(16384);
  if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 ||
      found == nullptr)
    return std::nullopt;
  return ProcessUser{name, entry.pw_uid, entry.pw_gid};
}

std::optional<gid_t> find_group(const std::string& name) {
  group entry{};
  group* found = nullptr;
  std::vector<char> buffer(65536);
  if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 ||
      found == nullptr)
    return std::nullopt;
  return entry.gr_gid;
}

bool may_change_users() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> rights{};
  if (::syscall(SYS_capget, &header, rights.data()) != 0) return false;
  constexpr unsigned both = 1U << CAP_SETUID | 1U << CAP_SETGID;
  return (rights[0].effective & both) == both;
}

std::string current_user_name() {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(16384);
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 ||
      found == nullptr)
    return "uid " + std::to_string(::geteuid());
  return entry.pw_name;
}

std::string sibling_executable(std::string_view name) {
  char path[4096];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  const std::string own(path, length < 0 ? 0 : static_cast<std::size_t>(length));
  return own.substr(0, own.rfind('/') + 1) + std::string(name);
}

Result<pid_t> start_child(const ChildPlan& plan) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return last_system_error("pipe");
  FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return last_system_error("fork");
  if (pid == 0) become(plan, parent, writing.number());
  writing.reset();
  int code = 0;
  ssize_t count = -1;
  do {
    count = ::read(reading.number(), &code, sizeof code);
  } while (count < 0 && errno == EINTR);
  if (count == 0) return pid;  // closed by exec: it runs
  ::waitpid(pid, nullptr, 0);
  return system_error("start " + plan.executable, count == sizeof code ? code : EIO);
}

std::string how_it_ended(int wait_status) {
  if (WIFEXITED(wait_status))
    return "exited with status " + std::to_string(WEXITSTATUS(wait_status));
  if (WIFSIGNALED(wait_status)) {
    const int number = WTERMSIG(wait_status);
    return "was ended by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
  }
  return "ended with wait status " + std::to_string(wait_status);
}

int await_or_kill(pid_t pid, std::chrono::milliseconds patience) {
  const FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd ended{handle.number(), POLLIN, 0};
  int ready = -1;
  do {
    ready = ::poll(&ended, 1, static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

}  // namespace secondlook
