#include "tests/journal_ingest/reception_fixture.h"

#include <cstdlib>
#include <future>

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "schema/journal_log/reader.h"

namespace secondlook {
namespace {

constexpr std::chrono::seconds kPatience{10};

class Intake final : public ReportIntake {
 public:
  explicit Intake(LogWriter& writer) : writer_(writer) {}
  bool has_room() const override { return writer_.has_room(); }
  ReportBody make_body(std::uint64_t expected) override { return writer_.make_body(expected); }

 private:
  LogWriter& writer_;
};

}  // namespace

std::shared_ptr<ReceptionSettings> test_terms() {
  auto terms = std::make_shared<ReceptionSettings>();
  terms->session.hostname = "mx.archive.example";
  TenantSettings tenant;
  tenant.name = "contoso";
  tenant.journal_addresses = {"reports@archive.example"};
  terms->addresses = JournalAddresses({tenant});
  return terms;
}

void write_certificate(const TemporaryDirectory& directory, const std::string& common_name) {
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" +
      common_name + " -keyout " + directory.file("key.pem") + " -out " +
      directory.file("certificate.pem") + " 2>/dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
}

ReceptionFixture::ReceptionFixture(std::shared_ptr<const ReceptionSettings> terms, bool inherited) {
  LogWriterSettings settings;
  settings.directory = directory_.file("journal");
  settings.recorded_mark = directory_.file("recorded");
  settings.commit.segment_bytes = 1 << 20;
  auto writer = LogWriter::open(settings, files_, clock_, random_);
  REQUIRE(writer);
  writer_ = std::move(*writer);
  intake_ = std::make_unique<Intake>(*writer_);
  auto acceptor = open_listening_socket(io_, "127.0.0.1:0");
  REQUIRE(acceptor);
  if (inherited) {
    const int descriptor = ::dup(acceptor->native_handle());
    acceptor = adopt_listening_socket(io_, descriptor);
    REQUIRE(acceptor);
  }
  port_ = name_of(*acceptor).substr(std::string("127.0.0.1:").size());
  std::vector<asio::ip::tcp::acceptor> acceptors;
  acceptors.push_back(std::move(*acceptor));
  listener_.emplace(io_, context_of(*terms),
                    Listener::Settings{terms->limits, terms->permitted, std::chrono::seconds(5)},
                    std::move(acceptors));
  writer_->start();
  listener_->start();
  thread_ = std::thread([this] {
    const auto keeps_running = asio::make_work_guard(io_);
    io_.run();
  });
}

ReceptionFixture::~ReceptionFixture() {
  stop();
  io_.stop();
  thread_.join();
  writer_->stop();
}

std::shared_ptr<const ReceptionContext> ReceptionFixture::context_of(
    const ReceptionSettings& terms) {
  return std::make_shared<const ReceptionContext>(ReceptionContext{
      terms.session, terms.addresses, *writer_, *intake_, clock_, terms.tls, terms.deadlines});
}

void ReceptionFixture::on_network_thread(const std::function<void()>& what) {
  std::promise<void> done;
  asio::post(io_, [&] {
    what();
    done.set_value();
  });
  done.get_future().wait();
}

TcpStream ReceptionFixture::connect() const {
  auto stream = TcpStream::connect("127.0.0.1", port_, kPatience);
  REQUIRE(stream);
  return std::move(*stream);
}

void ReceptionFixture::set_terms(std::shared_ptr<const ReceptionSettings> terms) {
  on_network_thread([&] {
    listener_->reload(context_of(*terms), Listener::Settings{terms->limits, terms->permitted, {}});
  });
}

std::size_t ReceptionFixture::sessions() {
  std::size_t count = 0;
  on_network_thread([&] { count = listener_->sessions(); });
  return count;
}

void ReceptionFixture::stop() {
  std::promise<void> ended;
  bool first = false;
  on_network_thread([&] {
    first = !stopped_;
    stopped_ = true;
    if (first) listener_->stop([&] { ended.set_value(); });
  });
  if (first) ended.get_future().wait();
}

std::vector<std::string> ReceptionFixture::reports() const {
  auto log = JournalLogReader::open(directory_.file("journal"));
  REQUIRE(log);
  REQUIRE(log->seek_after(0));
  std::vector<std::string> reports;
  for (;;) {
    const auto record = log->next();
    REQUIRE(record);
    if (!*record) return reports;
    const auto segment = log->segment_descriptor((*record)->segment);
    const auto bytes =
        MappedBytes::map(*segment, (*record)->report_offset, (*record)->report_length);
    REQUIRE(bytes);
    reports.push_back((*record)->tenant + ":" + std::string(bytes->bytes()));
  }
}

void Client::send(std::string_view bytes) {
  REQUIRE(stream_.write_all(bytes, kPatience));
}

bool Client::read_more() {
  const auto more = stream_.read_some(kPatience);
  if (!more || more->empty()) return false;
  received_ += *more;
  return true;
}

std::string Client::reply() {
  std::string reply;
  for (;;) {
    std::size_t end = 0;
    while ((end = received_.find("\r\n")) == std::string::npos)
      if (!read_more()) return "";
    const std::string line = received_.substr(0, end);
    received_.erase(0, end + 2);
    reply += (reply.empty() ? "" : "\n") + line;
    if (line.size() < 4 || line[3] == ' ') return reply;
  }
}

void Client::begin_message() {
  REQUIRE(reply().starts_with("220"));
  send("EHLO client.example\r\n");
  REQUIRE(reply().starts_with("250"));
  send("MAIL FROM:<>\r\nRCPT TO:<reports@archive.example>\r\nDATA\r\n");
  REQUIRE(reply().starts_with("250 2.1.0"));
  REQUIRE(reply().starts_with("250 2.1.5"));
  REQUIRE(reply().starts_with("354"));
}

}  // namespace secondlook
