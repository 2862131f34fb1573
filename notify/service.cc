#include "notify/service.h"

#include <csignal>
#include <filesystem>
#include <optional>

#include "base/log.h"
#include "notify/alerts/alert_service.h"
#include "notify/health.h"
#include "notify/listening_socket.h"
#include "notify/metrics_page.h"
#include "notify/observer.h"
#include "schema/loop_watch.h"

namespace secondlook {
namespace {

// Every source is asked with a bound of its own, seconds altogether.
constexpr std::chrono::minutes kLongestAnswer{2};

std::string directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

HttpAnswer answer(Observer& observer, const HttpQuestion& question) {
  if (question.path == "/metrics")
    return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_page(observer.look())};
  if (question.path == "/healthz")
    return health_answer("healthy", not_healthy_because(observer.look()), question.accept);
  if (question.path == "/readyz")
    return health_answer("ready", not_ready_because(observer.look()), question.accept);
  return {404, "text/plain; charset=utf-8", "/metrics, /healthz, /readyz\n"};
}

}  // namespace

struct NotifyService::State {
  Configuration configuration;
  SystemClock clock;
  LoopWatch loops{clock};
  WatchedLoop& scrapes = loops.add("metrics", kLongestAnswer);
  Observer observer;
  std::optional<ListeningMetricsSocket> listening;
  std::string description;
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<AlertService> alerts;  // null: they cannot be told, and the log says why

  State(Configuration read, ReadFigures figures)
      : configuration(std::move(read)), observer(configuration, std::move(figures), clock) {}
};

NotifyService::NotifyService(std::unique_ptr<State> state) : state_(std::move(state)) {}
NotifyService::~NotifyService() = default;

Result<std::unique_ptr<NotifyService>> NotifyService::open(Configuration configuration,
                                                           const std::vector<int>& figures) {
  const std::string listen = configuration.metrics_listen;
  auto alerts = AlertService::open(configuration);
  const std::size_t channels = configuration.alerts.channels.size();
  auto state = std::make_unique<State>(std::move(configuration), map_figures_for_reading(figures));
  if (listen.empty()) {
    state->description = "metrics off";
  } else if (auto socket = listen_for_metrics(listen)) {
    state->description = "metrics on " + socket->address;
    state->listening = std::move(*socket);
  } else {
    log_error("metrics cannot be served", {{"reason", socket.error().message}});
    state->description = "metrics off: " + socket.error().message;
  }
  if (alerts) {
    state->description += ", alerts to " + std::to_string(channels) + " channels";
    state->alerts = std::move(*alerts);
  } else {
    log_error("alerts cannot be told", {{"reason", alerts.error().message}});
    state->description += ", alerts off: " + alerts.error().message;
  }
  return std::unique_ptr<NotifyService>(new NotifyService(std::move(state)));
}

std::string NotifyService::description() const {
  return state_->description;
}

Confinement NotifyService::confinement() const {
  const PathSettings& paths = state_->configuration.paths;
  Confinement rights;
  rights.calls = {.open_files = true,
                  .start_threads = true,
                  .accept_connections = true,
                  .connect_to_unix_sockets = true};
  rights.readable_paths = {directory_of(paths.database), paths.runtime, "/usr/share/zoneinfo",
                           "/proc/self", "/dev/urandom"};
  if (!state_->configuration.analyzer.clamav_database.empty())
    rights.readable_paths.push_back(state_->configuration.analyzer.clamav_database);
  if (!state_->alerts) return rights;
  const AlertNeeds needs = state_->alerts->needs();
  rights.calls.connect_to_network = needs.network;
  rights.readable_paths.insert(rights.readable_paths.end(), needs.readable_paths.begin(),
                               needs.readable_paths.end());
  rights.writable_paths = needs.writable_paths;
  return rights;
}

Result<void> NotifyService::start() {
  State& state = *state_;
  if (state.listening) {
    auto server = HttpServer::start(std::move(state.listening->socket),
                                    [&state](const HttpQuestion& question) {
                                      const WatchedTurn turn(&state.scrapes);
                                      return answer(state.observer, question);
                                    });
    if (!server) return server.error();
    state.server = std::move(*server);
  }
  return state.alerts ? state.alerts->start(state.loops) : Result<void>();
}

void NotifyService::run_until_stopped(Figure& pulse) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  PulseShown shown(state_->loops, pulse);
  const int signal = wait_for_signal(signals, shown);
  log_info("stopping", {{"signal", std::to_string(signal)}});
  state_->server.reset();
  if (state_->alerts) state_->alerts->stop();
}

}  // namespace secondlook
