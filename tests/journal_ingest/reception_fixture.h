// Reception over real sockets on loopback, in this process: listener, connections and a real log in
// a temporary directory, on a thread of its own. The terms are the test's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <asio/io_context.hpp>

#include "journal_ingest/listener.h"
#include "journal_ingest/reception_settings.h"
#include "tests/support/tcp_stream.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {

// Terms as configured, with one tenant whose address is reports@archive.example.
std::shared_ptr<ReceptionSettings> test_terms();
// A self-signed certificate and its key, made now: certificate.pem and key.pem.
void write_certificate(const TemporaryDirectory& directory, const std::string& common_name);

class ReceptionFixture {
 public:
  // `inherited`: listens on a socket opened elsewhere, as the supervisor hands it over.
  explicit ReceptionFixture(std::shared_ptr<const ReceptionSettings> terms, bool inherited = false);
  ~ReceptionFixture();

  TcpStream connect() const;
  // On the network thread, done when it returns.
  void set_terms(std::shared_ptr<const ReceptionSettings> terms);
  std::size_t sessions();
  // Stops listening and waits for the sessions; returns once all have ended.
  void stop();
  // Reports in the log: as `tenant:bytes` in their order.
  std::vector<std::string> reports() const;

 private:
  std::shared_ptr<const ReceptionContext> context_of(const ReceptionSettings& terms);
  void on_network_thread(const std::function<void()>& what);

  TemporaryDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  SystemFiles files_;
  asio::io_context io_{1};
  std::unique_ptr<LogWriter> writer_;
  std::unique_ptr<ReportIntake> intake_;
  std::optional<Listener> listener_;
  std::string port_;
  bool stopped_ = false;  // of the network thread
  std::thread thread_;
};

// What a client has read so far, with a deadline of ten seconds on everything.
class Client {
 public:
  explicit Client(TcpStream stream) : stream_(std::move(stream)) {}
  void send(std::string_view bytes);
  // The next reply, all its lines; "" when the server has closed.
  std::string reply();
  // Greeting, EHLO and an envelope, up to the reply to DATA.
  void begin_message();
  int number() const { return stream_.number(); }

 private:
  bool read_more();
  TcpStream stream_;
  std::string received_;
};

}  // namespace secondlook
