// The shipped transport with ears: it remembers every answer that came from the referee (Prism)
// instead of Graph. A request that breaks Microsoft's description never reaches the stand-in, an
// answer of the stand-in that breaks it never reaches the client; either is told as
// application/problem+json, malformed JSON as 400 with the code "invalid_json".
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "graph_client/http_transport.h"

namespace secondlook::graph_contract {

class RefereedTransport final : public HttpTransport {
 public:
  Result<HttpResponse> send(const HttpRequest& request) override;

  // "METHOD URL: the referee's words", and forgets them.
  std::vector<std::string> take_violations();
  unsigned requests() const;

 private:
  const std::unique_ptr<HttpTransport> inner_ = make_cpprest_transport();
  mutable std::mutex mutex_;
  std::vector<std::string> violations_;
  unsigned requests_ = 0;
};

}  // namespace secondlook::graph_contract
