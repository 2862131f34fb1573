// alert_receiver HTTP-PORT SYSLOG-PORT SMTP-PORT DIRECTORY: takes webhooks, RFC 6587 frames over
// TCP and mails on loopback until it is killed, and appends a line for each to DIRECTORY/webhook,
// syslog, smtp: a webhook's path, key and body; a syslog message; a mail's Message-ID. Port 0: not
// that one.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>

#include "tests/support/http_server.h"
#include "tests/support/scripted_smtp_server.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

class Notes {
 public:
  explicit Notes(std::string directory) : directory_(std::move(directory)) {}
  void add(const std::string& name, const std::string& line) {
    const std::scoped_lock lock(mutex_);
    std::ofstream(directory_ + "/" + name, std::ios::app) << line << '\n';
  }

 private:
  std::mutex mutex_;
  std::string directory_;
};

std::string header_of(const ServedRequest& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "-" : found->second;
}

[[noreturn]] void take_syslog(TcpListener listener, Notes& notes) {
  for (;;) {
    auto stream = listener.accept(1s);
    if (!stream) continue;
    std::string frame;
    for (auto more = stream->read_some(5s); more && !more->empty(); more = stream->read_some(5s))
      frame += *more;
    const auto blank = frame.find(' ');
    if (blank != std::string::npos &&
        frame.substr(0, blank) == std::to_string(frame.size() - blank - 1))
      notes.add("syslog", frame.substr(blank + 1));
  }
}

std::string message_id_of(const std::string& mail) {
  const auto at = mail.find("Message-ID: ");
  return at == std::string::npos ? "-" : mail.substr(at + 12, mail.find('\r', at) - at - 12);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto port = [&](int at) { return static_cast<std::uint16_t>(std::atoi(argv[at])); };
  Notes notes(argv[4]);
  auto web = HttpServer::start(port(1), [&](const ServedRequest& request) {
    notes.add("webhook", request.target + " " + header_of(request, "idempotency-key") + " " +
                             header_of(request, "x-secondlook-timestamp") + " " +
                             header_of(request, "x-secondlook-signature") + " " + request.body);
    return ServedAnswer{};
  });
  auto syslog = TcpListener::listen(port(2));
  if (!web || !syslog) {
    std::fputs("alert_receiver: a port is taken\n", stderr);
    return 1;
  }
  std::thread([&] { take_syslog(std::move(*syslog), notes); }).detach();
  ScriptedSmtpServer smtp([](unsigned) { return ScriptedSmtpServer::Answer::accept; }, port(3));
  for (std::size_t told = 0;;) {
    const auto accepted = smtp.accepted();
    for (; told < accepted.size(); ++told) notes.add("smtp", message_id_of(accepted[told]));
    std::this_thread::sleep_for(20ms);
  }
}
