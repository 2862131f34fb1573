// One access token for one account and scope (token_request.h says how it is asked for). Many
// threads ask, one request is made. A token is renewed when the server said so (`refresh_in`), else
// five minutes before it ends, at half its life where it lives for more than two hours; while
// renewing fails the old one is used to its end, and at least 30 seconds lie between failed tries
// (Entra answers a token request per call with AADSTS50196 and 429).
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "graph_client/graph_answer.h"
#include "graph_client/http_transport.h"
#include "graph_client/mailbox_client.h"

namespace secondlook {

class TokenSource {
 public:
  // `transport`, `clock` and `random` must outlive it.
  TokenSource(GraphAccount account, HttpTransport& transport, const Clock& clock,
              RandomSource& random)
      : account_(std::move(account)), transport_(transport), clock_(clock), random_(random) {}

  // A token that has not expired. Every failure is `temporary`, a wrong secret too: it is for the
  // operator to repair, and no removal is given up meanwhile; `was_sent` is false, `retry_after`
  // tells when the next try may be made. Blocks while another thread asks.
  GraphResult<Secret> token();

  // Graph answered 401 to this token: the next call gets another one. A token that was replaced
  // meanwhile is not forgotten a second time, and none is forgotten twice within 30 seconds: a
  // Graph that refuses every token must not become a flood at the login server. `claims`: what
  // Graph demands of the next token (JSON, else empty); kept until a token was issued with them.
  void reject(const Secret& token, const std::string& claims);

 private:
  using Moment = std::chrono::steady_clock::time_point;

  bool is_usable(Moment now) const { return !token_.empty() && now < expires_at_; }
  GraphError failure_until_next_try(Moment now) const;
  GraphResult<Secret> renew(std::unique_lock<std::mutex>& lock);
  GraphResult<TokenAnswer> request_token(const std::string& claims);
  void keep(const TokenAnswer& fresh, const std::string& claims);

  const GraphAccount account_;
  HttpTransport& transport_;
  const Clock& clock_;
  RandomSource& random_;

  std::mutex mutex_;
  std::condition_variable renewed_;
  bool is_renewing_ = false;
  Secret token_;
  Moment expires_at_, renew_at_;
  std::optional<Moment> next_try_;  // after a failure
  std::optional<Moment> last_rejected_;
  std::string demanded_claims_;
  GraphError last_failure_;
};

}  // namespace secondlook
