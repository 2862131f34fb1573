#include "tests/bench/process_cost.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include <unistd.h>

namespace secondlook {
namespace {

struct Process {
  pid_t parent = 0;
  std::uint64_t ticks = 0;
};

// proc(5): behind the name in brackets come state, parent, … utime is the 14th field of all.
Process read_process(const std::filesystem::path& directory) {
  std::ifstream file(directory / "stat");
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  const auto bracket = line.rfind(')');
  if (bracket == line.npos) return {};
  std::istringstream fields(line.substr(bracket + 2));
  std::string skipped;
  Process process;
  fields >> skipped >> process.parent;
  for (int field = 5; field < 14; ++field) fields >> skipped;
  for (int field = 14; field < 18; ++field) {  // utime, stime, cutime, cstime
    std::uint64_t ticks = 0;
    fields >> ticks;
    process.ticks += ticks;
  }
  return process;
}

}  // namespace

double cpu_seconds_of_tree(pid_t root) {
  std::map<pid_t, Process> processes;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const pid_t id = std::atoi(entry.path().filename().c_str());
    if (id > 0) processes[id] = read_process(entry.path());
  }
  const auto descends = [&](pid_t id) {
    for (int depth = 0; depth < 100 && id != 0; ++depth, id = processes[id].parent)
      if (id == root) return true;
    return false;
  };
  std::uint64_t ticks = 0;
  for (const auto& [id, process] : std::map(processes))
    if (descends(id)) ticks += process.ticks;
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::uint64_t peak_resident_bytes(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  for (std::string name; file >> name;)
    if (std::uint64_t kilobytes = 0; name == "VmHWM:" && file >> kilobytes) return kilobytes << 10U;
  return 0;
}

}  // namespace secondlook
