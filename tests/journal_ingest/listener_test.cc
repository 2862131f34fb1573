// Listener and connections over real sockets: who is let in, who is cut, what leaves in one piece.
#include "journal_ingest/listener.h"

#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "journal_ingest/tls_context.h"
#include "tests/journal_ingest/received_segments.h"
#include "tests/journal_ingest/reception_fixture.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

// Tries for ten seconds: the server sees the end of a connection in its own time.
bool comes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

// TLS over a blocking socket, the certificate not judged.
class TlsTalk {
 public:
  explicit TlsTalk(int socket) {
    REQUIRE(::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) & ~O_NONBLOCK) == 0);
    const timeval patience{10, 0};
    REQUIRE(::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
    SSL_set_fd(tls_.get(), socket);
    REQUIRE(SSL_connect(tls_.get()) == 1);
  }
  void send(const std::string& bytes) {
    REQUIRE(SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0);
  }
  std::string read() {
    char buffer[4096];
    const int count = SSL_read(tls_.get(), buffer, sizeof buffer);
    return count > 0 ? std::string(buffer, static_cast<std::size_t>(count)) : "";
  }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()),
                                                             &SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{SSL_new(context_.get()), &SSL_free};
};

std::shared_ptr<ReceptionSettings> tls_terms(const TemporaryDirectory& directory) {
  write_certificate(directory, "mx.archive.example");
  auto terms = test_terms();
  SmtpSettings smtp;
  smtp.tls_certificate_file = directory.file("certificate.pem");
  smtp.tls_key_file = directory.file("key.pem");
  const auto files = read_named_files(smtp);
  REQUIRE(files);
  auto tls = make_tls_context(smtp, *files);
  REQUIRE(tls);
  terms->tls = std::move(*tls);
  terms->session.offer_tls = true;
  return terms;
}

}  // namespace

TEST_CASE("a report is received on a socket of our own and on an inherited one") {
  const bool inherited = GENERATE(false, true);
  ReceptionFixture reception(test_terms(), inherited);
  Client client(reception.connect());
  client.begin_message();
  client.send("hello\r\n.\r\n");
  CHECK(client.reply() == "250 2.0.0 accepted");
  CHECK(reception.reports() == std::vector<std::string>{"contoso:hello\r\n"});
}

TEST_CASE("the replies to a pipelined batch leave in one segment") {
  ReceptionFixture reception(test_terms());
  Client client(reception.connect());
  CHECK(client.reply().starts_with("220"));
  client.send("EHLO client.example\r\n");
  CHECK(client.reply().starts_with("250"));
  REQUIRE(received_segments(client.number()) > 0);
  const unsigned before = received_segments(client.number());
  std::string batch = "MAIL FROM:<>\r\n";
  for (int i = 0; i < 100; ++i) batch += "RCPT TO:<reports@archive.example>\r\n";
  client.send(batch + "DATA\r\n");
  for (int i = 0; i < 101; ++i) CHECK(client.reply().starts_with("250"));
  CHECK(client.reply().starts_with("354"));
  CHECK(received_segments(client.number()) == before + 1);
}

TEST_CASE("commands behind STARTTLS in the same segment are never obeyed") {
  const TemporaryDirectory directory;
  ReceptionFixture reception(tls_terms(directory));
  Client client(reception.connect());
  CHECK(client.reply().starts_with("220"));
  client.send("EHLO client.example\r\n");
  CHECK(client.reply().starts_with("250"));
  client.send(
      "STARTTLS\r\nEHLO injected.example\r\nMAIL FROM:<injected@b.example>\r\n"
      "RCPT TO:<reports@archive.example>\r\nDATA\r\ninjected\r\n.\r\n");
  CHECK(client.reply() == "220 2.0.0 ready to start TLS");
  TlsTalk tls(client.number());
  tls.send("NOOP\r\n");
  // The first reply in the channel is to the first command in it.
  CHECK(tls.read() == "250 2.0.0 ok\r\n");
  tls.send("MAIL FROM:<after@b.example>\r\n");
  CHECK(tls.read().starts_with("503 5.5.1 say EHLO first"));
  tls.send("QUIT\r\n");
  CHECK(tls.read().starts_with("221"));
  reception.stop();
  CHECK(reception.reports().empty());
}

TEST_CASE("more sessions than one peer may have are told to come back, and may when one ends") {
  auto terms = test_terms();
  terms->limits.of_peer = 2;
  ReceptionFixture reception(terms);
  Client first(reception.connect());
  CHECK(first.reply().starts_with("220"));
  {
    Client second(reception.connect());
    CHECK(second.reply().starts_with("220"));
    Client third(reception.connect());
    CHECK(third.reply().starts_with("421 4.3.2"));
    CHECK(third.reply().empty());
    first.send("NOOP\r\n");
    CHECK(first.reply().starts_with("250"));  // nobody else is held up
  }
  CHECK(comes_true([&] { return reception.sessions() == 1; }));
  Client fourth(reception.connect());
  CHECK(fourth.reply().starts_with("220"));
}

TEST_CASE("more sessions than there may be are told to come back") {
  auto terms = test_terms();
  terms->limits.in_all = 1;
  ReceptionFixture reception(terms);
  Client first(reception.connect());
  CHECK(first.reply().starts_with("220"));
  Client second(reception.connect());
  CHECK(second.reply().starts_with("421 4.3.2"));
}

TEST_CASE("peers outside permitted_networks take up no session") {
  auto terms = test_terms();
  terms->permitted = PermittedNetworks::parse({"192.0.2.0/24"}).value();
  terms->limits.in_all = 1;
  ReceptionFixture reception(terms);
  for (int i = 0; i < 20; ++i) {
    Client stranger(reception.connect());
    CHECK(stranger.reply().starts_with("421 4.3.2"));
    CHECK(stranger.reply().empty());
  }
  CHECK(reception.sessions() == 0);
  reception.set_terms(test_terms());
  Client friendly(reception.connect());
  CHECK(friendly.reply().starts_with("220"));
}

TEST_CASE("a peer that is silent is told so and cut") {
  auto terms = test_terms();
  terms->deadlines.silence = 1s;
  ReceptionFixture reception(terms);
  Client client(reception.connect());
  client.begin_message();
  client.send("half a mess");
  CHECK(client.reply() == "421 4.4.2 timed out");
  CHECK(client.reply().empty());
  CHECK(reception.reports().empty());
}

TEST_CASE("a peer that sends byte after byte and never a message is cut all the same") {
  auto terms = test_terms();
  terms->deadlines.between_messages = 1s;
  ReceptionFixture reception(terms);
  Client client(reception.connect());
  CHECK(client.reply().starts_with("220"));
  std::string said;
  for (int i = 0; i < 100 && !said.starts_with("421"); ++i) {
    client.send("NOOP\r\n");
    said = client.reply();
    std::this_thread::sleep_for(50ms);
  }
  CHECK(said == "421 4.4.2 timed out");
}

TEST_CASE("a TLS handshake that does not come is cut") {
  const TemporaryDirectory directory;
  auto terms = tls_terms(directory);
  terms->deadlines.handshake = 1s;
  ReceptionFixture reception(terms);
  Client client(reception.connect());
  CHECK(client.reply().starts_with("220"));
  client.send("STARTTLS\r\n");
  CHECK(client.reply().starts_with("220"));
  CHECK(client.reply().empty());
  CHECK(comes_true([&] { return reception.sessions() == 0; }));
}

TEST_CASE("a stop waits for the message that is being sent") {
  ReceptionFixture reception(test_terms());
  Client sending(reception.connect());
  Client idle(reception.connect());
  sending.begin_message();
  CHECK(idle.reply().starts_with("220"));
  std::thread stopping([&] { reception.stop(); });
  CHECK(idle.reply().starts_with("421 4.3.2"));
  sending.send("hello\r\n.\r\n");
  CHECK(sending.reply() == "250 2.0.0 accepted");
  CHECK(sending.reply().starts_with("421 4.3.2"));
  stopping.join();
  CHECK(reception.reports() == std::vector<std::string>{"contoso:hello\r\n"});
}

TEST_CASE("an address that is rotated out and its successor are both taken meanwhile") {
  auto terms = test_terms();
  TenantSettings tenant;
  tenant.name = "contoso";
  tenant.journal_addresses = {"reports@archive.example", "next@archive.example"};
  terms->addresses = JournalAddresses({tenant});
  ReceptionFixture reception(terms);
  for (const char* address : {"reports", "next"}) {
    Client client(reception.connect());
    CHECK(client.reply().starts_with("220"));
    client.send("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<" + std::string(address) +
                "@archive.example>\r\nBDAT 1 LAST\r\nx");
    for (const char* code : {"250 mx", "250 2.1.0", "250 2.1.5", "250 2.0.0"})
      CHECK(client.reply().starts_with(code));
  }
  CHECK(reception.reports() == std::vector<std::string>{"contoso:x", "contoso:x"});
}
