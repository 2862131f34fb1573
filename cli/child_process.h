// Starting our own executables: descriptors at chosen numbers, another user, a clean signal mask,
// and a death that follows ours. What happens between fork and exec stands here and nowhere else.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/result.h"

namespace secondlook {

struct ProcessUser {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
};

// Nothing when there is no such user.
std::optional<ProcessUser> find_user(const std::string& name);
std::optional<gid_t> find_group(const std::string& name);
// Root, or whoever was given CAP_SETUID and CAP_SETGID alone.
bool may_change_users();
// The user this process runs as.
std::string current_user_name();

// "<directory of this executable>/NAME": our executables lie side by side.
std::string sibling_executable(std::string_view name);

struct ChildPlan {
  std::string executable;
  std::vector<std::string> arguments;            // without the executable's own name
  std::vector<std::pair<int, int>> descriptors;  // ours, its number in the child (3 and up)
  std::vector<std::pair<std::string, std::string>> environment;  // added to ours
  std::optional<ProcessUser> user;                               // drop to it, with its groups
  bool own_process_group = false;  // Ctrl-C on the terminal does not reach it
  bool empty_input = true;         // standard input is /dev/null
};

// Returns once the executable runs. The child is killed (SIGKILL) when the calling thread ends.
// Its signal mask is empty. Errors: not_found, forbidden ..., each naming the executable.
Result<pid_t> start_child(const ChildPlan& plan);

// "exited with status 1", "was ended by signal 9 (Killed)": of waitpid's status.
std::string how_it_ended(int wait_status);

// waitpid with a deadline; afterwards SIGKILL and the status of that.
int await_or_kill(pid_t pid, std::chrono::milliseconds patience);

}  // namespace secondlook
