#include "journal_ingest/reception.h"

#include <csignal>
#include <optional>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "journal_ingest/listener.h"
#include "journal_ingest/reception_settings.h"
#include "journal_ingest/reload_requests.h"
#include "journal_ingest/tls_context.h"

namespace secondlook {
namespace {

class WriterIntake final : public ReportIntake {
 public:
  explicit WriterIntake(LogWriter& writer) : writer_(writer) {}
  bool has_room() const override { return writer_.has_room(); }
  ReportBody make_body(std::uint64_t expected) override { return writer_.make_body(expected); }

 private:
  LogWriter& writer_;
};

LogWriterSettings writer_settings(const Configuration& configuration,
                                  std::shared_ptr<IngestFigures> figures) {
  const JournalSettings& journal = configuration.journal;
  return {configuration.paths.journal,
          configuration.paths.recorded_mark(),
          {journal.segment_bytes, journal.max_unrecorded_bytes},
          {std::chrono::days(journal.archive_days), journal.archive_bytes},
          64 << 20,
          std::move(figures)};
}

Result<std::vector<asio::ip::tcp::acceptor>> open_acceptors(asio::io_context& io,
                                                            const std::vector<std::string>& listen,
                                                            const std::vector<int>& inherited) {
  std::vector<asio::ip::tcp::acceptor> acceptors;
  for (const int descriptor : inherited) {
    auto acceptor = adopt_listening_socket(io, descriptor);
    if (!acceptor) return acceptor.error();
    acceptors.push_back(std::move(*acceptor));
  }
  if (!inherited.empty()) return acceptors;
  for (const std::string& address : listen) {
    auto acceptor = open_listening_socket(io, address);
    if (!acceptor) return acceptor.error();
    acceptors.push_back(std::move(*acceptor));
  }
  return acceptors;
}

// What was changed and cannot be taken up by a running ingest, in words for the log; empty:
// nothing.
std::string needs_restart_of_serve(const Configuration& now, const Configuration& fresh) {
  std::string names;
  if (now.paths != fresh.paths) names += " [paths]";
  if (now.smtp.listen != fresh.smtp.listen) names += " [smtp] listen";
  if (now.smtp.drain_seconds != fresh.smtp.drain_seconds) names += " [smtp] drain_seconds";
  if (now.require_confinement != fresh.require_confinement) names += " [security]";
  return names.empty() ? names : names.substr(1);
}

void warn_of_old_networks(const ReceptionSettings& settings, const Clock& clock) {
  if (settings.shipped_networks && settings.shipped_networks->is_old(clock.now()))
    log_warning("list of Exchange Online's networks is old",
                {{"file", exchange_online_networks_path()},
                 {"written", format_rfc3339(settings.shipped_networks->written).substr(0, 10)}});
}

bool needs_new_process(const Configuration& now, const Configuration& fresh) {
  return now.journal != fresh.journal || now.log_format != fresh.log_format ||
         now.log_level != fresh.log_level;
}

}  // namespace

// In the order of making; destroyed the other way round. The io context goes last but the clock
// and the files, since handlers that never ran hold connections.
struct Reception::Parts {
  SystemClock clock;
  SystemRandom random;
  SystemFiles files;
  asio::io_context io{1};
  asio::signal_set signals{io};
  Configuration configuration;
  ReceptionStart start;
  std::unique_ptr<LogWriter> writer;
  std::optional<WriterIntake> intake;
  std::optional<Listener> listener;
  std::optional<ReloadRequests> reload_requests;
  std::string description;
  asio::steady_timer pulse{io};
  bool ends = false;  // to be started again with another [journal] or [log]

  Parts(Configuration read, ReceptionStart from)
      : configuration(std::move(read)), start(std::move(from)) {}
  Result<void> open();
  void run();

 private:
  std::shared_ptr<const ReceptionContext> make_context(const ReceptionSettings& settings);
  void take_up(const Result<SettingsFiles>& read);
  Result<std::string> apply(const SettingsFiles& read);
  void stop();
  void beat();
};

std::shared_ptr<const ReceptionContext> Reception::Parts::make_context(
    const ReceptionSettings& settings) {
  return std::make_shared<const ReceptionContext>(
      ReceptionContext{settings.session, settings.addresses, *writer, *intake, clock, settings.tls,
                       settings.deadlines});
}

Result<void> Reception::Parts::open() {
  const auto named = read_named_files(configuration.smtp);
  if (!named) return named.error();
  const auto settings = make_reception_settings(configuration, *named);
  if (!settings) return settings.error();
  warn_of_old_networks(*settings, clock);
  auto acceptors = open_acceptors(io, configuration.smtp.listen, start.listening);
  if (!acceptors) return acceptors.error();
  for (const auto& acceptor : *acceptors)
    description += (description.empty() ? "listening on " : ", ") + name_of(acceptor);
  auto opened =
      LogWriter::open(writer_settings(configuration, start.figures), files, clock, random);
  if (!opened) return opened.error();
  writer = std::move(*opened);
  intake.emplace(*writer);
  start.figures->certificate_expires_at.set(expiry_of(settings->tls.get()));
  start.figures->sessions_open.set(0);  // those of an earlier process are gone
  listener.emplace(io, make_context(*settings),
                   Listener::Settings{settings->limits, settings->permitted,
                                      std::chrono::seconds(configuration.smtp.drain_seconds)},
                   std::move(*acceptors));
  reload_requests.emplace(io, std::move(start.settings_reader),
                          [this](const Result<SettingsFiles>& read) { take_up(read); });
  signals.add(SIGTERM);
  signals.add(SIGINT);
  return {};
}

// All is made before anything is changed.
Result<std::string> Reception::Parts::apply(const SettingsFiles& read) {
  auto fresh = parse_configuration(read.configuration, configuration.path);
  if (!fresh) return fresh.error();
  const auto settings = make_reception_settings(*fresh, read);
  if (!settings) return settings.error();
  warn_of_old_networks(*settings, clock);
  start.figures->certificate_expires_at.set(expiry_of(settings->tls.get()));
  listener->reload(make_context(*settings),
                   Listener::Settings{settings->limits, settings->permitted, {}});
  const std::string left = needs_restart_of_serve(configuration, *fresh);
  if (!left.empty()) log_warning("changed, but needs a restart", {{"names", left}});
  if (needs_new_process(configuration, *fresh)) {
    if (start.supervised) {
      ends = true;
      stop();
    } else {
      log_warning("changed, but needs a restart", {{"names", "[journal] or [log]"}});
    }
  }
  return left.empty() ? description : description + "; restart for changed " + left;
}

void Reception::Parts::take_up(const Result<SettingsFiles>& read) {
  const auto applied = read ? apply(*read) : Result<std::string>(read.error());
  if (applied)
    log_info(ends ? "ends, to be started with its new configuration" : "configuration taken up");
  else
    log_error("reload refused, all stays as it was", {{"reason", applied.error().message}});
  if (start.tell && !ends)
    start.tell(applied ? *applied : description + "; reload refused: " + applied.error().message);
}

void Reception::Parts::stop() {
  reload_requests->stop();
  listener->stop([this] { io.stop(); });
}

// The network thread turns: what serve looks at before it tells systemd that all is well.
void Reception::Parts::beat() {
  start.figures->pulse.set(pulse_at(clock.steady()));
  pulse.expires_after(kPulse);
  pulse.async_wait([this](asio::error_code error) {
    if (!error) beat();
  });
}

void Reception::Parts::run() {
  writer->start();
  signals.async_wait([this](asio::error_code error, int) {
    if (error) return;
    log_info("stopping");
    stop();
  });
  reload_requests->start();
  listener->start();
  beat();
  io.run();
  writer->stop();
}

Reception::Reception(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Reception::~Reception() = default;

Result<std::unique_ptr<Reception>> Reception::open(const Configuration& configuration,
                                                   ReceptionStart start) {
  auto parts = std::make_unique<Parts>(configuration, std::move(start));
  if (auto opened = parts->open(); !opened) return opened.error();
  return std::unique_ptr<Reception>(new Reception(std::move(parts)));
}

std::string Reception::description() const {
  return parts_->description;
}

void Reception::run() {
  parts_->run();
}

}  // namespace secondlook
