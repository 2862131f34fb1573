// alerts_alone [--config FILE]: AlertService in a process of its own, confined as secondlook-notify is,
// until SIGTERM.
#include <csignal>
#include <cstdio>

#include "base/confinement.h"
#include "base/log.h"
#include "notify/alerts/alert_service.h"

using namespace secondlook;

int main(int argc, char** argv) {
  const auto configuration = find_configuration(argc == 3 ? argv[2] : "");
  if (!configuration) return std::fprintf(stderr, "%s\n", configuration.error().message.c_str()), 2;
  set_up_log("notify", LogFormat::text, LogLevel::info);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  auto service = AlertService::open(*configuration);
  if (!service) return std::fprintf(stderr, "%s\n", service.error().message.c_str()), 1;
  const AlertNeeds needs = (*service)->needs();
  Confinement rights;
  rights.calls = {.open_files = true, .start_threads = true, .connect_to_network = needs.network};
  rights.readable_paths = needs.readable_paths;
  rights.writable_paths = needs.writable_paths;
  const auto confined = confine(rights);
  if (!confined) return std::fprintf(stderr, "%s\n", confined.error().message.c_str()), 1;
  if (auto started = (*service)->start(); !started)
    return std::fprintf(stderr, "%s\n", started.error().message.c_str()), 1;
  log_info("ready", {{"confinement", confined->summary()}});
  int signal = 0;
  sigwait(&signals, &signal);
  (*service)->stop();
}
