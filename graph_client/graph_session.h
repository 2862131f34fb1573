// One request to Graph and its answer, with what every request needs: a turn within the limits, the
// token, the headers, one repeat with a fresh token after a 401. No other repeats: the schedule of
// retries belongs to the caller, who knows what a move may already have done.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "graph_client/http_transport.h"
#include "graph_client/mailbox_client.h"
#include "graph_client/request_gate.h"
#include "graph_client/token_source.h"

namespace secondlook {

struct GraphRequest {
  std::string method, url;
  std::string mailbox;  // whose turn it takes; empty for directory requests
  std::string body;     // JSON, or empty
};

class GraphSession {
 public:
  // `transport`, `clock` and `random` must outlive it.
  GraphSession(GraphAccount account, HttpTransport& transport, const Clock& clock,
               RandomSource& random);

  // The body of an answer below 300, else the error. Waits at most a minute for its turn; then
  // `throttled` with the code "localLimit". RequestGate says what else refuses it here.
  GraphResult<std::string> perform(const GraphRequest& request);

  // The token as requests carry it, for who has to look into it.
  GraphResult<Secret> token() { return tokens_.token(); }

  // One exchange beside the limits, whatever its status: a probe's, which wants to see the answer
  // as it came. Repeated with a fresh token after a 401 alone. `temporary` where there is no
  // answer, or no token.
  Result<HttpResponse> send_beside_limits(const GraphRequest& request);

  GraphLoad load() const;

 private:
  // With one repeat after a 401.
  GraphResult<std::string> perform_as(const Secret& token, const GraphRequest& request);
  GraphResult<std::string> perform_with(const Secret& token, const GraphRequest& request);

  const GraphAccount account_;
  HttpTransport& transport_;
  const Clock& clock_;
  RandomSource& random_;
  TokenSource tokens_;
  RequestGate gate_;
  std::atomic<std::uint64_t> sign_in_failed_ = 0;
  std::atomic<bool> leave_connection_ = false;  // a 503: the server behind it may be the sick one
};

}  // namespace secondlook
