#include "base/confinement.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/landlock.h"
#include "base/system_error.h"

namespace secondlook {
namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

// Compute, memory, clocks, signals, and descriptors already held; and to give up still more.
constexpr std::string_view kAlways =
    "read readv pread64 preadv write writev pwrite64 pwritev lseek close close_range dup dup2 "
    "dup3 fcntl fstat newfstatat statx fstatfs ftruncate fallocate fdatasync fsync "
    "sync_file_range fadvise64 flock getdents64 mmap munmap mremap mprotect madvise msync brk "
    "mincore poll ppoll select pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait "
    "epoll_pwait2 eventfd2 pipe2 pipe timerfd_create timerfd_settime timerfd_gettime futex "
    "futex_waitv set_robust_list get_robust_list rseq set_tid_address clock_gettime "
    "clock_getres clock_nanosleep nanosleep gettimeofday time getitimer setitimer "
    "timer_create timer_settime timer_delete alarm rt_sigaction rt_sigprocmask rt_sigreturn "
    "rt_sigtimedwait rt_sigsuspend rt_sigpending sigaltstack restart_syscall exit exit_group "
    "getpid gettid getppid getuid geteuid getgid getegid getresuid getresgid getgroups "
    "getpgrp getpgid getrandom getcpu sched_yield sched_getaffinity sched_setaffinity "
    "sched_getscheduler sched_setscheduler sched_getparam sched_get_priority_max "
    "sched_get_priority_min getpriority setpriority getrusage prlimit64 getrlimit setrlimit "
    "times uname sysinfo prctl arch_prctl membarrier tgkill memfd_create sendmsg recvmsg "
    "sendto recvfrom sendmmsg recvmmsg shutdown getsockname getpeername getsockopt setsockopt "
    "socketpair ioctl umask getcwd inotify_add_watch inotify_rm_watch seccomp "
    "landlock_create_ruleset landlock_add_rule landlock_restrict_self";

// Beside them mmap and mprotect without PROT_EXEC, and tgkill to itself.
constexpr std::string_view kDecodeAlone =
    "read readv write writev recvmsg recvfrom sendmsg sendto poll ppoll close fstat munmap mremap "
    "madvise brk futex rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall exit "
    "exit_group getpid gettid clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday "
    "time getrusage getrandom getcpu sched_yield rseq set_robust_list";

constexpr std::string_view kOpenFiles =
    "open openat openat2 creat stat lstat access faccessat faccessat2 readlink readlinkat "
    "rename renameat renameat2 unlink unlinkat mkdir mkdirat rmdir link linkat truncate chmod "
    "fchmod fchmodat fchown chown fchownat utimensat statfs inotify_init1 copy_file_range "
    "getxattr";
constexpr std::string_view kStartProcesses =
    "fork vfork wait4 waitid kill setsid setpgid pidfd_open pidfd_send_signal";
constexpr std::string_view kAcceptConnections = "accept accept4 listen";
constexpr std::string_view kConnect = "connect bind";

// `names`: system calls, separated by one space.
Result<void> allow(const Filter& filter, std::string_view names) {
  while (!names.empty()) {
    const std::string name(names.substr(0, names.find(' ')));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    const int number = seccomp_syscall_resolve_name(name.c_str());
    if (number == __NR_SCMP_ERROR) continue;  // newer than this libseccomp, or another machine's
    if (const int code = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 0); code != 0)
      return system_error("seccomp rule " + name, -code);
  }
  return {};
}

Result<void> allow_socket_family(const Filter& filter, int family) {
  const scmp_arg_cmp is_family{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0};
  const int code =
      seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, &is_family);
  if (code != 0) return system_error("seccomp rule socket", -code);
  return {};
}

// Threads share everything; processes may share what they like but never open a new namespace,
// where a process would find privileges it does not have here.
Result<void> allow_clone(const Filter& filter, bool processes_too) {
  constexpr scmp_datum_t kNamespaces = CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS |
                                       CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWUTS;
  const scmp_arg_cmp flags = processes_too
                                 ? scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, kNamespaces, 0}
                                 : scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD};
  const int code = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &flags);
  if (code != 0) return system_error("seccomp rule clone", -code);
  return {};
}

Result<void> allow_where(const Filter& filter, int call, const scmp_arg_cmp& argument) {
  const int code = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, call, 1, &argument);
  if (code != 0) return system_error("seccomp rule for an argument", -code);
  return {};
}

// Memory that cannot be run, and abort(), which is a signal to oneself.
Result<void> allow_decoding(const Filter& filter) {
  const scmp_arg_cmp no_code{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
  Result<void> done = allow(filter, kDecodeAlone);
  if (done) done = allow_where(filter, SCMP_SYS(mmap), no_code);
  if (done) done = allow_where(filter, SCMP_SYS(mprotect), no_code);
  const scmp_arg_cmp myself{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()), 0};
  if (done) done = allow_where(filter, SCMP_SYS(tgkill), myself);
  return done;
}

Result<void> fill(const Filter& filter, const PermittedCalls& calls) {
  if (calls.decode_alone) return allow_decoding(filter);
  Result<void> done = allow(filter, kAlways);
  if (done && calls.open_files) done = allow(filter, kOpenFiles);
  if (done && calls.start_processes) done = allow(filter, kStartProcesses);
  if (done && (calls.start_threads || calls.start_processes))
    done = allow_clone(filter, calls.start_processes);
  if (done && calls.execute_programs) done = allow(filter, "execve execveat");
  if (done && calls.accept_connections) done = allow(filter, kAcceptConnections);
  if (done && (calls.connect_to_network || calls.connect_to_unix_sockets))
    done = allow(filter, kConnect);
  if (done && calls.connect_to_network)
    for (const int family : {AF_INET, AF_INET6, AF_NETLINK})  // netlink: the resolver asks for it
      if (done) done = allow_socket_family(filter, family);
  if (done && calls.connect_to_unix_sockets) done = allow_socket_family(filter, AF_UNIX);
  // glibc tries clone3 first and falls back to clone, whose flags can be looked at, on ENOSYS.
  if (done && seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) != 0)
    return internal("seccomp rule clone3");
  return done;
}

Result<void> restrict_with_seccomp(const PermittedCalls& calls) {
  Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release);
  if (filter == nullptr) return internal("seccomp filter cannot be made");
  if (auto filled = fill(filter, calls); !filled) return filled;
  if (const int code = seccomp_load(filter.get()); code != 0)
    return system_error("seccomp load", -code);
  return {};
}

Result<void> limit(int resource, std::optional<std::uint64_t> most) {
  if (!most) return {};
  const rlimit value{*most, *most};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &value) != 0)
    return last_system_error("resource limit");
  return {};
}

#ifdef SECONDLOOK_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

Result<void> restrict_files(const Confinement& confinement, ConfinementReport& report) {
  report.landlock_abi = landlock_abi();
  if (report.landlock_abi == 0) {
    report.missing.emplace_back("landlock");
    return {};
  }
  return restrict_with_landlock(confinement.readable_paths, confinement.writable_paths,
                                confinement.calls.connect_to_network);
}

}  // namespace

std::string ConfinementReport::summary() const {
  std::string text;
  if (no_new_privileges) text += "no-new-privileges ";
  if (seccomp) text += "seccomp ";
  if (landlock_abi > 0) text += "landlock-" + std::to_string(landlock_abi) + " ";
  for (const std::string& name : missing) text += "without-" + name + " ";
  if (!text.empty()) text.pop_back();
  return text;
}

std::vector<std::string> paths_of_tls_client() {
  return {"/etc",
          "/usr/share/ca-certificates",
          "/usr/lib/ssl",
          "/run/systemd/resolve",
          "/usr/share/zoneinfo",
          "/lib",
          "/lib64",
          "/usr/lib",
          "/dev/urandom",
          "/proc/self",
          "/sys/devices/system/cpu"};
}

Result<ConfinementReport> confine(const Confinement& confinement) {
  ConfinementReport report;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return last_system_error("no new privileges");
  report.no_new_privileges = true;
  if (!confinement.allow_core_dumps) {
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return last_system_error("dumpable");
    if (auto limited = limit(RLIMIT_CORE, 0); !limited) return limited.error();
  }
  if (auto limited = limit(RLIMIT_NOFILE, confinement.most_open_files); !limited)
    return limited.error();
  if (!kSanitized)
    if (auto limited = limit(RLIMIT_AS, confinement.most_memory_bytes); !limited)
      return limited.error();
  if (auto files = restrict_files(confinement, report); !files) return files.error();
  if (kSanitized) {
    report.missing.emplace_back("seccomp");
    return report;
  }
  if (auto calls = restrict_with_seccomp(confinement.calls); !calls) return calls.error();
  report.seccomp = true;
  return report;
}

}  // namespace secondlook
