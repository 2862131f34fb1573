// stand_in_dns ZONE-FILE PORT-FILE: answers until it is ended.
#include <csignal>
#include <cstdio>

#include "tests/support/stand_in_dns.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("Usage: stand_in_dns ZONE-FILE PORT-FILE\n", stderr);
    return 2;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const auto zone = secondlook::read_file(argv[1], 8 << 20);
  const auto server = zone ? secondlook::StandInDns::start(*zone) : zone.error();
  if (!server || !secondlook::replace_file(argv[2], std::to_string((*server)->port()) + "\n")) {
    std::fputs(server ? "the port file cannot be written\n" : server.error().message.c_str(),
               stderr);
    return 1;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
