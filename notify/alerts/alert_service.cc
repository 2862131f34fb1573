#include "notify/alerts/alert_service.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include "base/confinement.h"
#include "base/log.h"
#include "notify/alerts/alert_intake.h"
#include "notify/alerts/change_watch.h"
#include "notify/alerts/channel_worker.h"

namespace secondlook {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestWait{5'000};
constexpr std::chrono::minutes kBetweenLooks{1};
// A round is some short transactions; a delivery about half a minute, and the resolver's time.
constexpr std::chrono::minutes kLongestRound{3}, kLongestDelivery{5};
constexpr std::size_t kLargestCertificate = 1 << 20;

std::string directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

ino_t inode_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_ino : 0;
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 && name[0] != '\0' ? name : "localhost";
}

}  // namespace

struct AlertService::State {
  State(Configuration read, ChangeWatch changes)
      : configuration(std::move(read)), watch(std::move(changes)) {}

  Configuration configuration;
  SystemClock clock;
  SystemRandom random;
  ChangeWatch watch;
  SharedOutbox shared;
  std::vector<std::unique_ptr<HttpTransport>> transports;
  std::vector<ChannelSecrets> secrets;  // in the order of the channels; handed on by start()
  std::unique_ptr<AlertEvents> events;  // of the intake's thread
  std::vector<std::unique_ptr<ChannelWorker>> workers;
  ino_t inode = 0;                         // of the database that is open
  std::map<std::string, bool> unreadable;  // certificates told of once
  Timestamp next_look{};
  std::atomic<bool> is_stopping = false;
  std::jthread intake;

  Result<std::unique_ptr<AlertSender>> make_sender(std::size_t index);
  Result<void> abandon_unknown_channels();
  void run(WatchedLoop& loop);
  Result<void> go_round();
  Result<void> look_for_conditions(AlertIntake& rules, Timestamp now);
  // False: not each could be read, so that none is known to be renewed.
  bool find_certificates(std::vector<Condition>& found, Timestamp now);
  bool find_certificate(std::vector<Condition>& found, const std::string& tenant,
                        const std::string& subject, const std::string& path, Timestamp now);
  milliseconds until_next();
};

Result<std::unique_ptr<AlertSender>> AlertService::State::make_sender(std::size_t index) {
  const AlertChannel& channel = configuration.alerts.channels[index];
  ChannelSecrets& own = secrets[index];
  if (channel.kind == AlertChannelKind::syslog) return make_syslog_sender(channel, host_name());
  if (channel.kind == AlertChannelKind::smtp)
    return make_smtp_sender(channel, std::move(own.password), host_name());
  TransportSettings way;
  way.ca_file = channel.ca_file;
  way.longest_body = 64U << 10U;  // of an answer nobody reads
  transports.push_back(make_cpprest_transport(std::move(way)));
  return make_webhook_sender(channel, std::move(own), *transports.back());
}

Result<void> AlertService::State::abandon_unknown_channels() {
  std::vector<std::string> names;
  for (const AlertChannel& channel : configuration.alerts.channels) names.push_back(channel.name);
  return shared.outbox->in_transaction([&]() -> Result<void> {
    const auto abandoned = shared.outbox->abandon_all_but(names, clock.now());
    if (!abandoned) return abandoned.error();
    if (*abandoned > 0)
      log_warning("alerts given up: their channels are configured no more",
                  {{"alerts", std::to_string(*abandoned)}});
    return {};
  });
}

void AlertService::State::run(WatchedLoop& loop) {
  while (!is_stopping) {
    loop.begin();
    const auto gone = go_round();
    loop.rest();
    if (!gone) {
      // The database is not there yet, was replaced, or the disk is full: nothing was marked as
      // read.
      log_warning("alerts wait", {{"error", gone.error().message}});
      events.reset();
      watch.wait(kLongestWait);
    }
    if (!is_stopping) watch.wait(until_next());
  }
}

Result<void> AlertService::State::go_round() {
  // A backup that was put in place is another file; the one that is open would never change again.
  const ino_t found = inode_of(configuration.paths.database);
  if (found != inode) events.reset();
  if (!events) {
    auto opened = AlertEvents::open(configuration.paths.database);
    if (!opened) return opened.error();
    events = std::move(*opened);
    inode = found;
  }
  const std::scoped_lock lock(shared.mutex);
  AlertIntake rules(configuration.alerts, *shared.outbox);
  const Timestamp now = clock.now();
  if (auto taken = rules.take(*events, now); !taken) return taken.error();
  if (now >= next_look || next_look - now > kBetweenLooks) {
    if (auto looked = look_for_conditions(rules, now); !looked) return looked;
    next_look = now + kBetweenLooks;
  }
  if (auto queued = rules.queue_due(clock.now()); !queued) return queued;
  shared.changed.notify_all();
  return {};
}

Result<void> AlertService::State::look_for_conditions(AlertIntake& rules, Timestamp now) {
  const AlertSettings& alerts = configuration.alerts;
  std::vector<Condition> found;
  for (const TenantSettings& tenant : configuration.tenants) {
    auto silence = find_silence(*events, tenant.name, alerts.journal_silence, now);
    if (!silence) return silence.error();
    if (*silence) found.push_back(std::move(**silence));
  }
  auto unscanned = find_unscanned(*events, alerts.unscanned_percent, now);
  if (!unscanned) return unscanned.error();
  found.insert(found.end(), unscanned->begin(), unscanned->end());
  std::vector<AlertKind> looked_at = {AlertKind::journal_silence, AlertKind::unscanned_rate,
                                      AlertKind::space_low};
  if (find_certificates(found, now)) looked_at.push_back(AlertKind::certificate_expiring);
  for (const SpaceUse& use : measure_space(configuration.paths, configuration.journal))
    if (auto low = judge_space(use, alerts.space_percent)) found.push_back(std::move(*low));
  return rules.take_conditions(found, looked_at, now);
}

bool AlertService::State::find_certificates(std::vector<Condition>& found, Timestamp now) {
  if (configuration.alerts.certificate_days == 0) return true;
  bool all =
      find_certificate(found, "", "SMTP reception", configuration.smtp.tls_certificate_file, now);
  for (const TenantSettings& tenant : configuration.tenants)
    all = find_certificate(found, tenant.name, "the app in Entra", tenant.graph.certificate_file,
                           now) &&
          all;
  return all;
}

bool AlertService::State::find_certificate(std::vector<Condition>& found, const std::string& tenant,
                                           const std::string& subject, const std::string& path,
                                           Timestamp now) {
  if (path.empty()) return true;
  const auto pem = read_file(path, kLargestCertificate);
  const auto end = pem ? certificate_end(*pem) : Result<Timestamp>(pem.error());
  if (!end) {
    // Every minute would be too often.
    if (!std::exchange(unreadable[path], true))
      log_warning("alerts: a certificate's end is not watched",
                  {{"file", path}, {"error", end.error().message}});
    return false;
  }
  unreadable[path] = false;
  if (auto soon = judge_certificate(tenant, subject, path, *end,
                                    configuration.alerts.certificate_days, now))
    found.push_back(std::move(*soon));
  return true;
}

milliseconds AlertService::State::until_next() {
  const std::scoped_lock lock(shared.mutex);
  const auto due = shared.outbox->next_group_due();
  if (!due || !*due) return kLongestWait;
  return std::clamp<milliseconds>(std::chrono::ceil<milliseconds>(**due - clock.now()),
                                  milliseconds(0), kLongestWait);
}

AlertService::AlertService(std::unique_ptr<State> state) : state_(std::move(state)) {}

AlertService::~AlertService() {
  stop();
}

Result<std::unique_ptr<AlertService>> AlertService::open(const Configuration& configuration) {
  auto watch = ChangeWatch::make(configuration.paths.database);
  if (!watch) return watch.error();
  auto state = std::make_unique<State>(configuration, std::move(*watch));
  const AlertSettings& alerts = state->configuration.alerts;
  for (const AlertChannel& channel : alerts.channels) {
    auto secrets = read_channel_secrets(channel);
    if (!secrets) return secrets.error();
    state->secrets.push_back(std::move(*secrets));
  }
  if (!alerts.channels.empty()) {
    if (auto made = make_directories(directory_of(alerts.database), 0750); !made)
      return made.error();
    auto outbox = AlertOutbox::open(alerts.database, state->random);
    if (!outbox) return within("alerts", outbox.error());
    state->shared.outbox = std::move(*outbox);
  }
  return std::unique_ptr<AlertService>(new AlertService(std::move(state)));
}

AlertNeeds AlertService::needs() const {
  const Configuration& configuration = state_->configuration;
  AlertNeeds needs;
  if (configuration.alerts.channels.empty()) return needs;
  needs.network = true;
  needs.readable_paths = paths_of_tls_client();
  needs.readable_paths.push_back(directory_of(configuration.paths.database));
  needs.readable_paths.push_back(configuration.paths.journal);
  const auto add_file = [&](const std::string& file) {
    if (!file.empty()) needs.readable_paths.push_back(directory_of(file));
  };
  add_file(configuration.smtp.tls_certificate_file);
  for (const TenantSettings& tenant : configuration.tenants)
    add_file(tenant.graph.certificate_file);
  for (const AlertChannel& channel : configuration.alerts.channels) add_file(channel.ca_file);
  needs.writable_paths = {directory_of(configuration.alerts.database)};
  return needs;
}

Result<void> AlertService::start(LoopWatch& watch) {
  State& state = *state_;
  if (!state.shared.outbox) return {};
  if (auto abandoned = state.abandon_unknown_channels(); !abandoned) return abandoned;
  for (std::size_t i = 0; i < state.configuration.alerts.channels.size(); ++i) {
    auto sender = state.make_sender(i);
    if (!sender) return sender.error();
    const AlertChannel& channel = state.configuration.alerts.channels[i];
    state.workers.push_back(std::make_unique<ChannelWorker>(
        channel, std::move(*sender), state.shared, state.clock, state.random));
    state.workers.back()->start(&watch.add("alerts to " + channel.name, kLongestDelivery));
  }
  state.intake =
      std::jthread([&state, &loop = watch.add("alerts", kLongestRound)] { state.run(loop); });
  return {};
}

void AlertService::stop() {
  state_->is_stopping = true;
  state_->watch.wake();
  for (const auto& worker : state_->workers) worker->request_stop();
  if (state_->intake.joinable()) state_->intake.join();
  state_->workers.clear();
}

}  // namespace secondlook
