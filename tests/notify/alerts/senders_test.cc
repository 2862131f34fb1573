// The senders against real sockets on loopback, with receivers that misbehave.
#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

#include "notify/alerts/alert_messages.h"
#include "notify/alerts/alert_sender.h"
#include "notify/alerts/client_stream.h"
#include "tests/graph_client/tls_server.h"
#include "tests/support/http_server.h"
#include "tests/support/scripted_smtp_server.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

using Kind = SendOutcome::Kind;
using namespace std::chrono_literals;

[[maybe_unused]] const auto kNoSignal = std::signal(SIGPIPE, SIG_IGN);  // as the process does
const Timestamp kMoment = Timestamp(std::chrono::seconds(1'795'000'000));

Alert test_alert() {
  Alert alert;
  alert.key = "installation-1-soc";
  alert.first_at = alert.last_at = kMoment;
  return alert;
}

// A webhook's receiver that answers what a test says and keeps what came.
struct Receiver {
  std::mutex mutex;
  std::vector<ServedRequest> requests;
  ServedAnswer answer;
  std::unique_ptr<HttpServer> server = *HttpServer::start(0, [this](const ServedRequest& request) {
    const std::scoped_lock lock(mutex);
    requests.push_back(request);
    return answer;
  });

  SendOutcome send(AlertChannelKind kind, std::string hmac_key = "") {
    AlertChannel channel;
    channel.kind = kind;
    const auto transport = make_cpprest_transport();
    return make_webhook_sender(
               channel,
               {Secret(server->url() + "/hook?sig=s3cret"), Secret(std::move(hmac_key)), Secret()},
               *transport)
        ->send(test_alert(), kMoment);
  }
};

TEST_CASE("a webhook gets its body, the key, and a signature that fits") {
  Receiver receiver;
  receiver.answer.status = 202;
  CHECK(receiver.send(AlertChannelKind::json, "k3y").kind == Kind::delivered);
  REQUIRE(receiver.requests.size() == 1);
  const ServedRequest& request = receiver.requests[0];
  CHECK(request.method == "POST");
  CHECK(request.target == "/hook?sig=s3cret");
  CHECK(request.headers.at("idempotency-key") == "installation-1-soc");
  CHECK(request.headers.at("content-type").starts_with("application/json"));
  CHECK(request.headers.at("x-secondlook-timestamp") == "1795000000");
  CHECK(request.headers.at("x-secondlook-signature") ==
        json_signature(Secret("k3y"), "1795000000", request.body));
  CHECK(request.body == json_message(test_alert()));
}

TEST_CASE("Teams and Slack get their own bodies, unsigned") {
  Receiver receiver;
  CHECK(receiver.send(AlertChannelKind::teams).kind == Kind::delivered);
  CHECK(receiver.send(AlertChannelKind::slack).kind == Kind::delivered);
  CHECK(receiver.requests.at(0).body == teams_message(test_alert()));
  CHECK(receiver.requests.at(1).body == slack_message(test_alert()));
  CHECK_FALSE(receiver.requests[0].headers.contains("x-secondlook-signature"));
}

TEST_CASE("what a webhook answers decides whether it is asked again, and no error holds its URL") {
  Receiver receiver;
  const auto outcome_of = [&](int status) {
    receiver.answer.status = status;
    return receiver.send(AlertChannelKind::json);
  };
  for (const int status : {408, 429, 500, 503}) CHECK(outcome_of(status).kind == Kind::later);
  for (const int status : {301, 400, 401, 404, 410})
    CHECK(outcome_of(status).kind == Kind::refused);
  receiver.answer.headers = {{"Retry-After", "120"}};
  CHECK(outcome_of(429).retry_after == 120s);
  receiver.answer = {};
  receiver.answer.drop_connection = true;
  const SendOutcome dropped = receiver.send(AlertChannelKind::json);
  CHECK(dropped.kind == Kind::later);
  CHECK(dropped.error.find("s3cret") == std::string::npos);
}

TEST_CASE("a webhook's URL is a secret file, https or loopback") {
  TemporaryDirectory directory;
  AlertChannel channel;
  channel.name = "soc";
  channel.url_file = directory.write("url", "https://hooks.example/x\n");
  CHECK(read_channel_secrets(channel));
  channel.url_file = directory.write("open", "https://hooks.example/x\n", 0644);
  CHECK_FALSE(read_channel_secrets(channel));
  for (const char* url :
       {"http://hooks.example/x", "http://127.0.0.1:80@evil.example/", "file:///x"}) {
    channel.url_file = directory.write("url", url);
    const auto secrets = read_channel_secrets(channel);
    REQUIRE_FALSE(secrets);
    CHECK(secrets.error().message.find(url) == std::string::npos);
  }
  channel.url_file = directory.write("url", "http://127.0.0.1:8080/x");
  CHECK(read_channel_secrets(channel));
}

AlertChannel mail_channel(const std::string& port, std::string transport = "none") {
  AlertChannel channel;
  channel.name = "mail";
  channel.kind = AlertChannelKind::smtp;
  channel.server = "127.0.0.1:" + port;
  channel.transport = std::move(transport);
  channel.from = "secondlook@contoso.example";
  channel.to = {"soc@contoso.example"};
  return channel;
}

SendOutcome send_mail(const AlertChannel& channel) {
  return make_smtp_sender(channel, Secret("p4ss"), "mx1.contoso.example")
      ->send(test_alert(), kMoment);
}

TEST_CASE("a smart host gets one mail") {
  ScriptedSmtpServer server([](unsigned) { return ScriptedSmtpServer::Answer::accept; });
  CHECK(send_mail(mail_channel(server.port())).kind == Kind::delivered);
  REQUIRE(server.accepted().size() == 1);
  CHECK(
      server.accepted()[0] ==
      mail_message(test_alert(), {"secondlook@contoso.example", {"soc@contoso.example"}}, kMoment));
  CHECK(server.commands().at(0) == "EHLO mx1.contoso.example");
}

TEST_CASE("a smart host that asks for patience is tried again, one that refuses is not for ever") {
  ScriptedSmtpServer busy([](unsigned) { return ScriptedSmtpServer::Answer::refuse_temporarily; });
  CHECK(send_mail(mail_channel(busy.port())).kind == Kind::later);
  ScriptedSmtpServer server([](unsigned) { return ScriptedSmtpServer::Answer::accept; });
  AlertChannel channel = mail_channel(server.port());
  channel.to = {"nobody@contoso.example"};
  CHECK(send_mail(channel).kind == Kind::refused);
  channel.to = {"nobody@contoso.example", "soc@contoso.example"};
  CHECK(send_mail(channel).kind == Kind::delivered);
}

TEST_CASE("without STARTTLS nothing is sent in the clear") {
  ScriptedSmtpServer server([](unsigned) { return ScriptedSmtpServer::Answer::accept; });
  AlertChannel channel = mail_channel(server.port(), "starttls");
  channel.user = "secondlook";
  const SendOutcome outcome = send_mail(channel);
  CHECK(outcome.kind == Kind::later);
  CHECK(outcome.error.find("STARTTLS") != std::string::npos);
  for (const std::string& command : server.commands()) CHECK_FALSE(command.starts_with("AUTH"));
}

TEST_CASE("a server that offers no AUTH gets no password") {
  ScriptedSmtpServer server([](unsigned) { return ScriptedSmtpServer::Answer::accept; });
  AlertChannel channel = mail_channel(server.port());
  channel.user = "secondlook";
  const SendOutcome outcome = send_mail(channel);
  CHECK(outcome.kind == Kind::later);
  CHECK(outcome.error.find("AUTH") != std::string::npos);
  CHECK(server.commands().size() == 1);
  CHECK(server.accepted().empty());
}

TEST_CASE("syslog over TCP is one counted frame") {
  auto listener = TcpListener::listen(0);
  REQUIRE(listener);
  std::string received;
  std::thread server([&] {
    auto stream = listener->accept(5s);
    if (!stream) return;
    for (auto more = stream->read_some(5s); more && !more->empty(); more = stream->read_some(5s))
      received += *more;
  });
  AlertChannel channel;
  channel.kind = AlertChannelKind::syslog;
  channel.server = "127.0.0.1:" + std::to_string(listener->port());
  channel.transport = "tcp";
  CHECK(make_syslog_sender(channel, "mx1")->send(test_alert(), kMoment).kind == Kind::delivered);
  server.join();
  CHECK(received == counted_frame(syslog_message(test_alert(), SyslogFormat::rfc5424, "mx1")));
}

// A socket on 127.0.0.1 of a port that the kernel picks.
FileDescriptor udp_socket(sockaddr_in& address) {
  FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  REQUIRE(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), length) == 0);
  REQUIRE(::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
  return socket;
}

TEST_CASE("syslog over UDP is one datagram, and a port where nobody listens is tried again") {
  sockaddr_in address{};
  auto socket = udp_socket(address);
  AlertChannel channel;
  channel.kind = AlertChannelKind::syslog;
  channel.server = "localhost:" + std::to_string(ntohs(address.sin_port));  // ::1 may come first
  channel.transport = "udp";
  CHECK(make_syslog_sender(channel, "mx1")->send(test_alert(), kMoment).kind == Kind::delivered);
  char bytes[4096];
  const auto count = ::recv(socket.number(), bytes, sizeof bytes, MSG_DONTWAIT);
  REQUIRE(count > 0);
  CHECK(std::string(bytes, static_cast<std::size_t>(count)) ==
        syslog_message(test_alert(), SyslogFormat::rfc5424, "mx1"));
  socket.reset();
  CHECK(make_syslog_sender(channel, "mx1")->send(test_alert(), kMoment).kind == Kind::later);
}

TEST_CASE("a log server that is down is tried again") {
  AlertChannel channel;
  channel.kind = AlertChannelKind::syslog;
  channel.transport = "tcp";
  {
    auto listener = TcpListener::listen(0);
    REQUIRE(listener);
    channel.server = "127.0.0.1:" + std::to_string(listener->port());
  }
  CHECK(make_syslog_sender(channel, "mx1")->send(test_alert(), kMoment).kind == Kind::later);
}

TEST_CASE("TLS is spoken with a server that is trusted, by name, and with no other") {
  TestCertificateWish wish;
  wish.alternative_names = "DNS:localhost,IP:127.0.0.1";
  const TestCertificate certificate = make_test_certificate(wish);
  wish.alternative_names = "DNS:elsewhere.example";
  const TestCertificate wrong_name = make_test_certificate(wish);
  TemporaryDirectory directory;
  const auto greet = [&](const TestCertificate& of_server, const std::string& ca_file) {
    const auto server = TlsServer::start(of_server);
    auto stream =
        ClientStream::connect({"127.0.0.1", std::to_string(server->port())}, {5000ms, 5000ms});
    REQUIRE(stream);
    return (*stream)->start_tls(ca_file).has_value();
  };
  CHECK(greet(certificate, directory.write("ca", certificate.certificate)));
  CHECK_FALSE(greet(certificate, ""));
  CHECK_FALSE(greet(wrong_name, directory.write("ca", wrong_name.certificate)));
  CHECK_FALSE(greet(certificate, directory.file("absent")));
}

TEST_CASE("a server that says nothing is given up in time") {
  auto listener = TcpListener::listen(0);
  REQUIRE(listener);
  auto stream = ClientStream::connect({"127.0.0.1", std::to_string(listener->port())}, {50ms, 30s});
  REQUIRE(stream);
  const auto line = (*stream)->read_line();
  REQUIRE_FALSE(line);
  CHECK(line.error().kind == Error::Kind::temporary);
}

TEST_CASE("a server whose reply never ends is given up, however diligently it sends") {
  auto listener = TcpListener::listen(0);
  REQUIRE(listener);
  std::atomic<bool> is_over = false;
  std::thread server([&] {
    auto client = listener->accept(5s);
    while (client && !is_over && client->write_all("220-more\r\n", 5s))
      std::this_thread::sleep_for(2ms);
  });
  auto stream = ClientStream::connect({"127.0.0.1", std::to_string(listener->port())}, {30s, 50ms});
  REQUIRE(stream);
  Result<std::string> line = std::string();
  while (line) line = (*stream)->read_line();
  CHECK(line.error().kind == Error::Kind::temporary);
  is_over = true;
  server.join();
}

}  // namespace
}  // namespace secondlook
