// HTTP as two values and one blocking call, so that the client library behind it can be replaced:
// CppRestTransport is the shipped one (Microsoft archived cpprestsdk in June 2026; libcurl is the
// ready heir). Certificates and host names are always verified; redirects are never followed.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace secondlook {

struct HttpRequest {
  std::string method;  // "GET", "POST", "PATCH"
  std::string url;     // absolute, already percent-encoded
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string content_type;                   // empty: no body
  std::chrono::milliseconds timeout{30'000};  // for the whole exchange
  bool new_connection = false;                // after a 503: do not reuse a kept connection
  bool without_proxy = false;                 // the machine's own platform is asked directly
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;                                         // at most 64 MiB
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  // `temporary` when no answer came; whether the request took effect is then not known. Callable
  // from several threads at once.
  virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

struct TransportSettings {
  std::string proxy;    // "http://proxy.example:3128"; empty: none. https goes through by CONNECT
  std::string ca_file;  // PEM, trusted besides the system's, read at each connection; empty: none
  std::size_t longest_body =
      64U << 20U;  // bytes; more is refused (`malformed`), however it is sent
};

// TLS 1.2 or newer.
std::unique_ptr<HttpTransport> make_cpprest_transport(TransportSettings settings = {});

}  // namespace secondlook
