// A small HTTP/1.1 server on loopback that tests and the stand-in tenant answer with. It exists to
// misbehave on request: to drop a connection before answering, after the effect, or while the
// client believes it is kept. A thread per connection; keep-alive; bodies by Content-Length or
// chunked, up to 64 MiB. Never meant for a network.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"
#include "tests/support/tcp_stream.h"

namespace secondlook {

struct ServedRequest {
  std::string method;
  std::string target;                                       // "/path?query", as it came
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
  unsigned connection = 0;  // 1 for the server's first connection, 2 for the next ...
};

struct ServedAnswer {
  int status = 200;
  // With a Transfer-Encoding of the test's own, the body is sent as it stands.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds delay{0};  // before the first byte of the answer
  bool drop_connection = false;        // no answer at all: the connection is closed
  bool close_connection = false;       // answered as if kept, then closed
  std::size_t declared_length = 0;     // more than the body: the answer stays unfinished
};

// Called from the connections' threads, several at once.
using HttpHandler = std::function<ServedAnswer(const ServedRequest&)>;

class HttpServer {
 public:
  static Result<std::unique_ptr<HttpServer>> start(std::uint16_t port, HttpHandler handler);
  ~HttpServer();  // ends all connections and waits for their threads
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }

 private:
  struct Connection {
    TcpStream stream;
    std::thread thread;
    std::atomic<bool> is_finished = false;
  };

  HttpServer(TcpListener listener, HttpHandler handler)
      : listener_(std::move(listener)), handler_(std::move(handler)) {}
  void accept_connections();
  void serve(Connection& connection, unsigned number);
  bool answer(Connection& connection, const ServedRequest& request);
  void wait_for(std::chrono::milliseconds delay);
  void forget_finished();

  TcpListener listener_;
  HttpHandler handler_;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::list<Connection> connections_;
  std::thread accepting_;
};

// Takes one request off the front of `bytes`: nothing while it is incomplete, `malformed` when it
// will never be one. A value, so that it can be fed byte by byte.
Result<bool> take_request(std::string& bytes, ServedRequest& request);

}  // namespace secondlook
