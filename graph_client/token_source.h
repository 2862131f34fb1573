// One access token for one account, by client credentials (OAuth 2.0, RFC 6749 section 4.4; Entra
// v2.0). Many threads ask, one request is made. A token is renewed five minutes before it ends;
// while renewing fails the old one is used to its end, and at least 30 seconds lie between failed
// tries (Entra answers a token request per call with AADSTS50196 and 429). Other credentials than a
// secret (certificate, managed identity) replace the form that request_token sends.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/secret.h"
#include "graph_client/http_transport.h"
#include "graph_client/mailbox_client.h"

namespace secondlook {

class TokenSource {
 public:
  // `transport` and `clock` must outlive it.
  TokenSource(GraphAccount account, HttpTransport& transport, const Clock& clock)
      : account_(std::move(account)), transport_(transport), clock_(clock) {}

  // A token that has not expired. Every failure is `temporary`, a wrong secret too: it is for the
  // operator to repair, and no removal is given up meanwhile; `retry_after` then tells when the
  // next try may be made. Blocks while another thread asks.
  GraphResult<Secret> token();

  // Graph answered 401 to this token: the next call gets another one. A token that was replaced
  // meanwhile is not forgotten a second time, and none is forgotten twice within 30 seconds: a
  // Graph that refuses every token must not become a flood at the login server.
  void reject(const Secret& token);

 private:
  using Moment = std::chrono::steady_clock::time_point;

  bool is_usable(Moment now) const { return !token_.empty() && now < expires_at_; }
  GraphError failure_until_next_try(Moment now) const;
  GraphResult<Secret> renew(std::unique_lock<std::mutex>& lock);
  GraphResult<Secret> request_token(std::chrono::seconds& expires_in);

  const GraphAccount account_;
  HttpTransport& transport_;
  const Clock& clock_;

  std::mutex mutex_;
  std::condition_variable renewed_;
  bool is_renewing_ = false;
  Secret token_;
  Moment expires_at_, renew_at_;
  std::optional<Moment> next_try_;  // after a failure
  std::optional<Moment> last_rejected_;
  GraphError last_failure_;
};

}  // namespace secondlook
