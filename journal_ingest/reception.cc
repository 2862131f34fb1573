#include "journal_ingest/reception.h"

#include <csignal>
#include <optional>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "journal_ingest/listener.h"
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

std::string host_name(const std::string& configured) {
  char name[256] = "localhost";
  if (configured.empty()) ::gethostname(name, sizeof name - 1);
  return configured.empty() ? name : configured;
}

LogWriterSettings writer_settings(const Configuration& configuration) {
  const JournalSettings& journal = configuration.journal;
  return {configuration.paths.journal,
          configuration.paths.recorded_mark(),
          {journal.segment_bytes, journal.max_unrecorded_bytes},
          {std::chrono::days(journal.archive_days), journal.archive_bytes}};
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

}  // namespace

// In the order of making; destroyed the other way round. The io context goes last but the clock
// and the files, since handlers that never ran hold connections.
struct Reception::Parts {
  SystemClock clock;
  SystemRandom random;
  SystemFiles files;
  asio::io_context io{1};
  asio::signal_set signals{io};
  SessionSettings session;
  JournalAddresses addresses;
  std::unique_ptr<asio::ssl::context> tls;
  std::unique_ptr<LogWriter> writer;
  std::optional<WriterIntake> intake;
  std::optional<ReceptionContext> context;
  std::optional<Listener> listener;
  std::string description;

  explicit Parts(const Configuration& configuration) : addresses(configuration.tenants) {
    session.hostname = host_name(configuration.smtp.hostname);
    session.require_tls = configuration.smtp.require_tls;
    session.max_message_bytes = configuration.smtp.max_message_bytes;
  }
  Result<void> open(const Configuration& configuration, const std::vector<int>& inherited);
};

Result<void> Reception::Parts::open(const Configuration& configuration,
                                    const std::vector<int>& inherited) {
  const SmtpSettings& smtp = configuration.smtp;
  auto permitted = PermittedNetworks::parse(smtp.permitted_networks);
  if (!permitted) return permitted.error();
  if (!smtp.tls_certificate_file.empty()) {
    auto made = make_tls_context(smtp.tls_certificate_file, smtp.tls_key_file);
    if (!made) return made.error();
    tls = std::move(*made);
    session.offer_tls = true;
  }
  auto acceptors = open_acceptors(io, smtp.listen, inherited);
  if (!acceptors) return acceptors.error();
  for (const auto& acceptor : *acceptors)
    description += (description.empty() ? "listening on " : ", ") + name_of(acceptor);
  auto opened = LogWriter::open(writer_settings(configuration), files, clock, random);
  if (!opened) return opened.error();
  writer = std::move(*opened);
  intake.emplace(*writer);
  context.emplace(ReceptionContext{session, addresses, *writer, *intake, clock, tls.get(),
                                   std::chrono::seconds(smtp.timeout_seconds)});
  listener.emplace(io, *context, Listener::Settings{smtp.max_sessions, std::move(*permitted)},
                   std::move(*acceptors));
  signals.add(SIGTERM);
  signals.add(SIGINT);
  return {};
}

Reception::Reception(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Reception::~Reception() = default;

Result<std::unique_ptr<Reception>> Reception::open(const Configuration& configuration,
                                                   const std::vector<int>& inherited) {
  auto parts = std::make_unique<Parts>(configuration);
  if (auto opened = parts->open(configuration, inherited); !opened) return opened.error();
  return std::unique_ptr<Reception>(new Reception(std::move(parts)));
}

std::string Reception::description() const {
  return parts_->description;
}

void Reception::run() {
  Parts& parts = *parts_;
  parts.writer->start();
  parts.signals.async_wait([&parts](asio::error_code error, int) {
    if (error) return;
    log_info("stopping");
    parts.listener->stop([&parts] { parts.io.stop(); });
  });
  parts.listener->start();
  parts.io.run();
  parts.writer->stop();
}

}  // namespace secondlook
