// A process's rights, given up for good: no new privileges, Landlock for files, a seccomp list of
// system calls, resource limits. Stands once and takes the list, so that the differences between
// our processes are what one reads in their main.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace secondlook {

// What a process may still call; everything else answers EPERM. All processes may compute, use
// memory, threads' locks, signals, clocks, and read, write, map and wait on descriptors they hold.
struct PermittedCalls {
  bool open_files = false;               // open, stat, create, rename, unlink: bounded by Landlock
  bool start_threads = false;            // clone with CLONE_THREAD
  bool start_processes = false;          // fork, wait, kill
  bool execute_programs = false;         // execve
  bool accept_connections = false;       // accept, shutdown, socket options on passed sockets
  bool connect_to_network = false;       // socket and connect, Internet families
  bool connect_to_unix_sockets = false;  // socket and connect, AF_UNIX only
  // Less than what all may, and none of the above: memory that is never run, clocks, and reading
  // and writing what is held. No new descriptors, timers or processes, no signals to others.
  bool decode_alone = false;
};

struct Confinement {
  PermittedCalls calls;
  // Landlock: files and directories beneath may be read / read, written, made and removed. Paths
  // that do not exist are passed over. Opened descriptors stay usable whatever stands here.
  std::vector<std::string> readable_paths;
  std::vector<std::string> writable_paths;
  std::optional<std::uint64_t> most_memory_bytes;  // RLIMIT_AS
  std::optional<std::uint64_t> most_open_files;    // RLIMIT_NOFILE
  bool allow_core_dumps = false;                   // RLIMIT_CORE and PR_SET_DUMPABLE
};

struct ConfinementReport {
  bool no_new_privileges = false;
  bool seccomp = false;
  int landlock_abi = 0;              // 0: this kernel has none (or it is switched off)
  std::vector<std::string> missing;  // for the log and `status`: what could not be had
  bool complete() const { return missing.empty(); }
  std::string summary() const;  // "no-new-privileges seccomp landlock-7", one line
};

// What a client of TLS reads by names: authorities, the resolver's files, libraries. /etc whole: a
// rule of Landlock for a file ends with it, and useradd or a DHCP client put new files in place of
// group, passwd and resolv.conf. Without a directory's rule nobody added later is known, and no
// name is found in DNS after a change. Owners and modes keep its secrets.
std::vector<std::string> paths_of_tls_client();

// Irreversible, for the calling thread and those it starts later: call before starting threads.
// What the kernel does not offer is listed in `missing`; a failure of what it does offer is an
// error. Under sanitizers (SECONDLOOK_SANITIZED) seccomp and memory limits are left out and
// missing.
Result<ConfinementReport> confine(const Confinement& confinement);

}  // namespace secondlook
