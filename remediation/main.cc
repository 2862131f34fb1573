// secondlook-remediation: records verdicts, plans, acts in mailboxes, undoes. The only writer of
// the database; parses no mail.
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/log.h"
#include "remediation/service.h"
#include "schema/process_figures.h"
#include "schema/process_notice.h"

using namespace secondlook;

namespace {

constexpr int kBadConfiguration = 2;

int refuse(const Error& error, int status) {
  log_error("remediation cannot start", {{"error", error.message}});
  return status;
}

void block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int status_of(const Error& error) {
  return error.kind == Error::Kind::malformed ? kBadConfiguration : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 1 && (argc != 3 || std::string_view(argv[1]) != "--config")) {
    std::fputs("usage: secondlook-remediation [--config FILE]\n", stderr);
    return kBadConfiguration;
  }
  // 1. read the configuration
  auto configuration = find_configuration(argc == 3 ? argv[2] : "");
  if (!configuration) {
    std::fprintf(stderr, "%s\n", configuration.error().message.c_str());
    return kBadConfiguration;
  }
  set_up_log("remediation", parse_log_format(configuration->log_format).value_or(LogFormat::text),
             parse_log_level(configuration->log_level).value_or(LogLevel::info));
  const bool must_confine = configuration->require_confinement;
  // 2. open what needs rights
  const int notice = take_notice_descriptor();
  const auto pulse = map_pulse_figures(take_figures_descriptors());
  block_stop_signals();
  auto service = RemediationService::open(std::move(*configuration));
  if (!service) return refuse(service.error(), status_of(service.error()));
  // 3. confine
  const auto confinement = confine((*service)->confinement());
  if (!confinement) return refuse(confinement.error(), 1);
  if (must_confine && !confinement->complete())
    return refuse(forbidden("confinement is incomplete: " + confinement->summary()), 1);
  // 4. tell the log
  if (auto started = (*service)->start(*confinement); !started)
    return refuse(started.error(), status_of(started.error()));
  log_info("ready", {{"confinement", confinement->summary()}});
  give_notice(notice, {true, confinement->summary(), ""});
  // 5. run
  const auto ended = (*service)->run_until_stopped(pulse->pulse);
  return ended ? 0 : refuse(ended.error(), 1);
}
