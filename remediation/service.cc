#include "remediation/service.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/log.h"
#include "base/system_error.h"
#include "base/unix_socket.h"
#include "remediation/command_runner.h"
#include "remediation/control_server.h"
#include "remediation/directory/directory_keeper.h"
#include "remediation/directory/protected_people.h"
#include "remediation/executor.h"
#include "remediation/history_keeper.h"
#include "remediation/list_files.h"
#include "remediation/list_keeper.h"
#include "remediation/peer_rights.h"
#include "remediation/retention_keeper.h"
#include "remediation/tenant_account.h"
#include "remediation/verdict_server.h"
#include "schema/loop_watch.h"
#include "schema/pending_restore.h"
#include "schema/store/database_lock.h"

namespace secondlook {
namespace {

constexpr std::chrono::seconds kStopTimeout{10};
constexpr std::chrono::seconds kLongestTelling{60};

// What a turn of a thread never takes (schema/loop_watch.h). Transactions are short, but disks may
// be slow, and the analyzer is waited for half a minute at a time. A step is a few requests to
// Graph, each with a minute for its turn among the others and half a minute for its answer; what
// has to wait longer is given back. Threads of the control socket are not watched: a command is
// followed for as long as it goes on.
constexpr std::chrono::minutes kLongestRecording{5};
constexpr std::chrono::minutes kLongestStep{30};

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);  // to take up another configuration: serve starts it anew
  return signals;
}

std::string directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

}  // namespace

struct RemediationService::State {
  State(Configuration read, std::unique_ptr<Store> opened, StopEvent event)
      : configuration(std::move(read)),
        store(std::move(opened)),
        stop(std::move(event)),
        queue(store, clock),
        mark(configuration.paths.recorded_mark(), clock),
        released(configuration.paths.released_mails()),
        runner(store, tenants, queue, released, clock),
        revisions(store,
                  {std::chrono::hours(configuration.analyzer.rescan_hours),
                   std::chrono::hours(configuration.analyzer.password_wait_hours)},
                  clock),
        recorder(store, tenants, clock, &revisions),
        history(store, configuration.paths.database, clock, random, stop),
        lists(store, configuration.paths.database + ".lists"),
        directory(store, clock, stop),
        retention(store, configuration.retention_days, clock, stop) {}

  Configuration configuration;
  IdentityEnvironment identity;
  SystemClock clock;
  SystemRandom random;
  LoopWatch loops{clock};
  FileDescriptor database_lock;  // let go after the store is closed
  SharedStore store;
  StopEvent stop;
  std::vector<std::unique_ptr<HttpTransport>> transports;  // one a tenant: its proxy, its CAs
  std::vector<std::unique_ptr<MailboxClient>> clients;
  std::vector<std::unique_ptr<TenantProbe>> probes;
  std::timed_mutex asking;
  Tenants tenants;
  StepQueue queue;
  RecordedMark mark;
  ReleasedMails released;
  CommandRunner runner;
  ReceptionState reception;
  Revisions revisions;
  Recorder recorder;
  HistoryKeeper history;
  ListKeeper lists;
  DirectoryKeeper directory;
  RetentionKeeper retention;
  FileDescriptor verdict_listening, control_listening;
  std::unique_ptr<VerdictServer> verdicts;
  std::unique_ptr<ControlServer> control;
  std::unique_ptr<Executor> executor;
  pthread_t main_thread = ::pthread_self();
  std::atomic<bool> has_failed = false;
  std::jthread recorder_thread, lock_thread;

  Result<void> listen();
  Result<void> make_clients();
  unsigned threads() const;
  Result<bool> take_people();
  void renew_people();
  void take_locks(WatchedLoop& loop);
};

Result<void> RemediationService::State::listen() {
  const PathSettings& paths = configuration.paths;
  auto verdict = listen_on_unix_socket(paths.verdict_socket(), verdict_socket_mode());
  if (!verdict) return verdict.error();
  auto asked = listen_on_unix_socket(paths.control_socket(), control_socket_mode());
  if (!asked) return asked.error();
  verdict_listening = std::move(*verdict);
  control_listening = std::move(*asked);
  return {};
}

Result<void> RemediationService::State::make_clients() {
  for (const TenantSettings& tenant : configuration.tenants) {
    auto account = graph_account(tenant, identity);
    if (!account) return account.error();
    TransportSettings way;
    way.proxy = tenant.graph.proxy;
    way.ca_file = tenant.graph.ca_file;
    transports.push_back(make_cpprest_transport(std::move(way)));
    auto client = MailboxClient::make(*account, *transports.back(), clock, random);
    if (!client) return within("tenant " + tenant.name, client.error());
    auto probe = TenantProbe::make(*account, *transports.back(), clock, random);
    if (!probe) return within("tenant " + tenant.name, probe.error());
    auto reader = DirectoryClient::make(*account, *transports.back(), clock, random);
    if (!reader) return within("tenant " + tenant.name, reader.error());
    directory.add(tenant, std::move(*reader));
    tenants[tenant.name] = {tenant, client->get(), probe->get()};
    clients.push_back(std::move(*client));
    probes.push_back(std::move(*probe));
  }
  return {};
}

// Half as many again as requests may be in flight: while some write their step down, the requests
// of others keep the permitted number at work. The gate counts requests, not threads.
unsigned RemediationService::State::threads() const {
  unsigned most = 0;
  for (const TenantSettings& tenant : configuration.tenants)
    most += tenant.graph.requests_in_flight;
  return std::clamp(most + most / 2, 1U, 96U);
}

Result<bool> RemediationService::State::take_people() {
  return store.in_transaction([this](Store& open) {
    return take_protected_people(open, configuration.tenants, clock.now());
  });
}

void RemediationService::State::renew_people() {
  const auto changed = take_people();
  const auto renewed = changed && *changed ? lists.renew() : Result<void>();
  if (!changed || !renewed)
    return log_error("protected people not taken from the directory",
                     {{"error", (changed ? renewed.error() : changed.error()).message}});
  if (*changed) lists.tell();
}

// The locks that every thread needs, taken as each of them does: one that is never given back shows
// here, whether there is work or not.
void RemediationService::State::take_locks(WatchedLoop& loop) {
  for (;;) {
    const auto woken = stop.wait(-1, kPulse);
    if (!woken || *woken == StopEvent::Woken::stopped) return;
    const WatchedTurn turn(&loop);
    [[maybe_unused]] const auto taken =
        store.in_transaction([](Store& /*open*/) { return Result<void>(); });
    queue.changes();
  }
}

RemediationService::RemediationService(std::unique_ptr<State> state) : state_(std::move(state)) {}

RemediationService::~RemediationService() {
  state_->stop.set();
  state_->queue.close();
}

Result<std::unique_ptr<RemediationService>> RemediationService::open(Configuration configuration) {
  const IdentityEnvironment identity = read_identity_environment();
  for (const TenantSettings& tenant : configuration.tenants)
    if (auto account = graph_account(tenant, identity); !account) return account.error();
  const PathSettings paths = configuration.paths;
  if (auto made = make_directories(directory_of(paths.database)); !made) return made.error();
  if (auto prepared =
          RecordedMark::prepare(paths.recorded_mark(), directory_of(paths.database) + "/recorded");
      !prepared)
    return prepared.error();
  if (auto made = make_directories(paths.runtime, 0755); !made) return made.error();
  auto lock = lock_database(paths.database);
  if (!lock) return lock.error();
  const auto restored = finish_pending_restore(paths.database);
  if (!restored) return within("database", restored.error());
  if (*restored) log_warning("a restoring of the database that was cut off is ended");
  auto store = Store::open(paths.database);
  if (!store) return within("database", store.error());
  auto stop = StopEvent::make();
  if (!stop) return stop.error();
  auto state =
      std::make_unique<State>(std::move(configuration), std::move(*store), std::move(*stop));
  state->database_lock = std::move(*lock);
  state->identity = identity;
  if (auto prepared = state->released.prepare(); !prepared) return prepared.error();
  const auto completed = state->store.with(
      [&](Store& open) { return state->released.complete(open, state->clock.now()); });
  if (!completed) log_error("released mails", {{"error", completed.error().message}});
  if (auto listening = state->listen(); !listening) return listening.error();
  return std::unique_ptr<RemediationService>(new RemediationService(std::move(state)));
}

Confinement RemediationService::confinement() const {
  const PathSettings& paths = state_->configuration.paths;
  Confinement rights;
  rights.calls = {.open_files = true,
                  .start_threads = true,
                  .accept_connections = true,
                  .connect_to_network = true};
  rights.readable_paths = paths_of_tls_client();
  for (const TenantSettings& tenant : state_->configuration.tenants) {
    for (const std::string& file : credential_files(tenant.graph))
      rights.readable_paths.push_back(directory_of(file));
    if (!tenant.directory.overrides_file.empty())
      rights.readable_paths.push_back(directory_of(tenant.directory.overrides_file));
  }
  for (const std::string& file : state_->configuration.list_files)
    rights.readable_paths.push_back(directory_of(file));
  rights.writable_paths = {directory_of(paths.database), paths.runtime};
  return rights;
}

Result<void> RemediationService::start(const ConfinementReport& confinement) {
  State& state = *state_;
  if (auto made = state.make_clients(); !made) return made;
  const StepContext steps{state.store, state.tenants, state.clock, state.random};
  state.executor = std::make_unique<Executor>(steps, state.queue);
  state.executor->start(state.threads(), &state.loops, kLongestStep);
  state.verdicts = std::make_unique<VerdictServer>(
      std::move(state.verdict_listening),
      VerdictServer::Parts{state.recorder, state.store, state.mark, state.reception, state.stop,
                           [&state] { state.queue.wake(); }, &state.revisions, &state.history,
                           &state.lists, &state.loops.add("recorder", kLongestRecording)});
  state.lists.when_told([&state] { state.verdicts->wake(); });
  const auto taken = state.store.in_transaction([&state](Store& store) {
    return take_list_files(store, state.configuration.list_files, state.clock.now());
  });
  if (!taken) return taken;
  if (const auto people = state.take_people(); !people) return people.error();
  state.directory.when_read([&state] { state.renew_people(); });
  if (auto written = state.lists.renew(); !written) return within("lists", written.error());
  state.recorder_thread = std::jthread([&state] {
    if (auto served = state.verdicts->run(); !served) {
      log_error("verdict socket", {{"error", served.error().message}});
      state.has_failed = true;
      ::pthread_kill(state.main_thread, SIGTERM);  // wakes run_until_stopped
    }
  });
  state.lock_thread = std::jthread(
      [&state, &loop = state.loops.add("locks", kLongestRecording)] { state.take_locks(loop); });
  state.runner.start(&state.loops.add("commands", kLongestStep));
  state.directory.start();
  state.history.start();
  state.retention.start();
  state.control = std::make_unique<ControlServer>(
      std::move(state.control_listening),
      ControlContext{state.store, state.configuration, state.tenants, state.queue, state.reception,
                     state.released, state.runner, state.clock, confinement.summary(),
                     kLongestTelling, &state.directory, &state.lists, &state.asking, &state.random,
                     &state.stop, &state.recorder},
      state.stop);
  return state.control->start();
}

Result<void> RemediationService::run_until_stopped(Figure& pulse) {
  PulseShown shown(state_->loops, pulse);
  const int signal = wait_for_signal(stop_signals(), shown);
  log_info("stopping", {{"signal", std::to_string(signal)}});
  state_->stop.set();
  state_->runner.stop();
  const bool steps_have_ended = state_->executor->stop(kStopTimeout);
  if (!steps_have_ended || !state_->directory.is_idle(std::chrono::seconds(1))) {
    // Threads that wait for Graph cannot be ended; the database says all that has to be known.
    log_warning("steps still under way are resolved at the next start");
    std::_Exit(state_->has_failed ? 1 : 0);
  }
  if (state_->has_failed) return internal("verdicts can no longer be received");
  return {};
}

}  // namespace secondlook
