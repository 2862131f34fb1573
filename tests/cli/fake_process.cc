// Stands in for one of our processes under `serve`: fake_process LOG NAME BEHAVIOUR. Appends a line
// to LOG for everything that happens to it, so that a test can read the order of events.
//   ready        says ready, ends on SIGTERM and on SIGHUP with 0
//   refuse       complains about its configuration and exits with 2
//   crash_twice  exits with 1 the first two times it is started, then as ready
//   in_place     says ready; at SIGHUP says "taken up" and goes on; ends on SIGUSR1 with 0
//   refuse_later says ready; ends on SIGHUP with 2
//   stubborn     says ready and ignores SIGTERM
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "schema/process_notice.h"

namespace {

using namespace secondlook;

void note(const std::string& log, const std::string& line) {
  const auto file = open_file(log, O_WRONLY | O_APPEND | O_CREAT);
  if (!file || !write_fully(file->number(), line + "\n")) std::abort();
}

std::size_t starts_so_far(const std::string& log, const std::string& name) {
  std::ifstream file(log);
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) count += line.starts_with(name + " started");
  return count;
}

// The masks of both signals and what stands open beyond the standard three, as a child sees them.
std::string inherited() {
  sigset_t blocked;
  ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
  std::string text = ::sigismember(&blocked, SIGTERM) == 1 ? "blocked" : "unblocked";
  for (int number = 3; number < 64; ++number)
    if (::fcntl(number, F_GETFD) >= 0) text += " " + std::to_string(number);
  return text;
}

int await_signals(const std::string& log, const std::string& name, const std::string& behaviour,
                  int notice) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGUSR1);
  for (int number = 0;;) {
    ::sigwait(&signals, &number);
    note(log, name + (number == SIGTERM ? " SIGTERM" : number == SIGHUP ? " SIGHUP" : " SIGUSR1"));
    if (number == SIGTERM && behaviour == "stubborn") continue;
    if (number == SIGHUP && behaviour == "in_place") {
      give_notice(notice, {true, "no-new-privileges seccomp", "taken up"});
      continue;
    }
    return number == SIGHUP && behaviour == "refuse_later" ? 2 : 0;
  }
}

}  // namespace

int main(int count, char** values) {
  if (count != 4) return 99;
  const std::string log = values[1];
  const std::string name = values[2];
  const std::string behaviour = values[3];
  const std::string facts = inherited();
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  const int notice = take_notice_descriptor();
  note(log, name + " started " + facts);
  if (behaviour == "refuse") {
    std::cerr << "secondlook.toml:3: unknown name \"jurnal\"\n";
    return 2;
  }
  if (behaviour == "crash_twice" && starts_so_far(log, name) <= 2) return 1;
  give_notice(notice, {true, "no-new-privileges seccomp", name + " is there"});
  return await_signals(log, name, behaviour, notice);
}
