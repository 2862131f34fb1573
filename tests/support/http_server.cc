#include "tests/support/http_server.h"

#include <algorithm>
#include <ctime>

namespace secondlook {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kIdle{60'000};
constexpr milliseconds kGlance{50};  // how soon a stop is noticed

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 404: return "Not Found";
    case 429: return "Too Many Requests";
    default: return status < 400 ? "Fine" : "Error";
  }
}

// IMF-fixdate (RFC 9110 5.6.7), of the machine's clock. Tests that want another send their own.
std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

std::string to_bytes(const ServedAnswer& answer) {
  std::string bytes =
      "HTTP/1.1 " + std::to_string(answer.status) + " " + std::string(reason_of(answer.status));
  for (const auto& [name, value] : answer.headers)
    bytes.append("\r\n").append(name).append(": ").append(value);
  const bool is_chunked = std::any_of(answer.headers.begin(), answer.headers.end(),
                                      [](const auto& h) { return h.first == "Transfer-Encoding"; });
  if (answer.status != 204 && !is_chunked) {
    const std::size_t length = std::max(answer.declared_length, answer.body.size());
    const bool has_date = std::any_of(answer.headers.begin(), answer.headers.end(),
                                      [](const auto& h) { return h.first == "Date"; });
    if (!has_date) bytes += "\r\nDate: " + http_date();
    bytes += "\r\nContent-Length: " + std::to_string(length);
  }
  return bytes + "\r\n\r\n" + (answer.status == 204 ? "" : answer.body);
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(std::uint16_t port, HttpHandler handler) {
  auto listener = TcpListener::listen(port);
  if (!listener) return std::move(listener).error();
  std::unique_ptr<HttpServer> server(new HttpServer(*std::move(listener), std::move(handler)));
  server->accepting_ = std::thread([raw = server.get()] { raw->accept_connections(); });
  return server;
}

HttpServer::~HttpServer() {
  is_stopping_ = true;
  accepting_.join();
  for (Connection& connection : connections_) connection.stream.shut_down();
  for (Connection& connection : connections_) connection.thread.join();
}

void HttpServer::accept_connections() {
  unsigned number = 0;
  while (!is_stopping_) {
    forget_finished();
    auto stream = listener_.accept(kGlance);
    if (!stream) continue;
    const std::scoped_lock lock(mutex_);
    Connection& connection = connections_.emplace_back(*std::move(stream));
    connection.thread =
        std::thread([this, &connection, count = ++number] { serve(connection, count); });
  }
}

void HttpServer::forget_finished() {
  const std::scoped_lock lock(mutex_);
  std::erase_if(connections_, [](Connection& connection) {
    if (!connection.is_finished) return false;
    connection.thread.join();
    return true;
  });
}

void HttpServer::serve(Connection& connection, unsigned number) {
  std::string bytes;
  while (!is_stopping_) {
    ServedRequest request;
    const auto taken = take_request(bytes, request);
    if (!taken) break;
    if (*taken) {
      request.connection = number;
      if (!answer(connection, request)) break;
      continue;
    }
    const auto more = connection.stream.read_some(kIdle);
    if (!more || more->empty()) break;
    bytes += *more;
  }
  connection.stream.shut_down();
  connection.is_finished = true;
}

bool HttpServer::answer(Connection& connection, const ServedRequest& request) {
  const ServedAnswer answer = handler_(request);
  wait_for(answer.delay);
  if (is_stopping_ || answer.drop_connection) return false;
  if (!connection.stream.write_all(to_bytes(answer), kIdle)) return false;
  const auto found = request.headers.find("connection");
  const bool client_closes = found != request.headers.end() && found->second == "close";
  return !client_closes && !answer.close_connection;
}

void HttpServer::wait_for(milliseconds delay) {
  const auto end = std::chrono::steady_clock::now() + delay;
  while (!is_stopping_ && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::min<milliseconds>(kGlance, delay));
  }
}

}  // namespace secondlook
