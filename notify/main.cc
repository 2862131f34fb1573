// secondlook-notify: tells monitors how the service does, by metrics on loopback, and people what
// happened, by alerts. Holds no Graph credential, parses no mail, writes no database but its own.
#include <csignal>
#include <cstdio>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "notify/service.h"
#include "schema/process_figures.h"
#include "schema/process_notice.h"

using namespace secondlook;

namespace {

constexpr int kBadConfiguration = 2;

int refuse(const Error& error) {
  log_error("notify cannot start", {{"error", error.message}});
  return 1;
}

void block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 1 && (argc != 3 || std::string_view(argv[1]) != "--config")) {
    std::fputs("usage: secondlook-notify [--config FILE]\n", stderr);
    return kBadConfiguration;
  }
  // 1. read the configuration
  const auto configuration = find_configuration(argc == 3 ? argv[2] : "");
  if (!configuration) {
    std::fprintf(stderr, "%s\n", configuration.error().message.c_str());
    return kBadConfiguration;
  }
  set_up_log("notify", parse_log_format(configuration->log_format).value_or(LogFormat::text),
             parse_log_level(configuration->log_level).value_or(LogLevel::info));
  // 2. open what needs rights
  const int notice = take_notice_descriptor();
  auto figures = take_figures_descriptors();  // ingest's, the analyzer's, and our own
  std::vector<int> own;
  if (figures.size() == 3) {
    own = {figures.back()};
    figures.pop_back();
  }
  const auto pulse = map_pulse_figures(own);
  block_stop_signals();
  const auto service = NotifyService::open(*configuration, figures);
  if (!service) return refuse(service.error());
  // 3. confine
  const auto confinement = confine((*service)->confinement());
  if (!confinement) return refuse(confinement.error());
  if (configuration->require_confinement && !confinement->complete())
    return refuse(forbidden("confinement is incomplete: " + confinement->summary()));
  // 4. tell the log
  if (auto started = (*service)->start(); !started) return refuse(started.error());
  log_info("ready",
           {{"confinement", confinement->summary()}, {"detail", (*service)->description()}});
  give_notice(notice, {true, confinement->summary(), (*service)->description()});
  // 5. run
  (*service)->run_until_stopped(pulse->pulse);
  return 0;
}
