// A small HTTP server over libmicrohttpd, for scrapers on this machine: GET and HEAD, one thread,
// few connections, no bodies. Knows nothing of metrics.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

struct HttpQuestion {
  std::string path;    // without the query
  std::string accept;  // the header as it came; empty: none
};

struct HttpAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

class HttpServer {
 public:
  static constexpr unsigned kMostConnections = 32;
  static constexpr unsigned kMostSilentSeconds = 10;

  // Called on the server's one thread.
  using Handler = std::function<HttpAnswer(const HttpQuestion&)>;

  // `listening` is a TCP socket that listens. Starts a thread: after the process confined itself.
  static Result<std::unique_ptr<HttpServer>> start(FileDescriptor listening, Handler handler);
  ~HttpServer();  // ends the connections and the thread
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace secondlook
