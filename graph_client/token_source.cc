#include "graph_client/token_source.h"

#include <algorithm>

#include "base/log.h"
#include "graph_client/graph_error.h"
#include "graph_client/token_request.h"

namespace secondlook {

namespace {

using std::chrono::seconds;

constexpr seconds kRenewBefore{300};
constexpr std::chrono::hours kLongLife{2};
constexpr seconds kBetweenFailures{30};
constexpr seconds kLongestWait{60};

// How long after it was issued a token is renewed. A short one at half its life, too.
seconds renew_after(const TokenAnswer& token) {
  if (token.refresh_in) return std::min(*token.refresh_in, token.expires_in);
  if (token.expires_in > kLongLife) return token.expires_in / 2;
  return std::max(token.expires_in - kRenewBefore, token.expires_in / 2);
}

}  // namespace

GraphResult<Secret> TokenSource::token() {
  std::unique_lock lock(mutex_);
  while (true) {
    const Moment now = clock_.steady();
    const bool must_wait = next_try_ && now < *next_try_;
    const bool is_due = !is_usable(now) || now >= renew_at_;
    if (is_due && !is_renewing_ && !must_wait) return renew(lock);
    if (is_usable(now)) return token_;
    if (!is_renewing_) return failure_until_next_try(now);
    if (renewed_.wait_for(lock, kLongestWait) == std::cv_status::timeout) {
      GraphError error =
          no_usable_answer("tokenTimeout", "another thread still waits for the login server");
      error.was_sent = false;
      return error;
    }
  }
}

GraphError TokenSource::failure_until_next_try(Moment now) const {
  GraphError failure = last_failure_;
  failure.retry_after = std::chrono::ceil<std::chrono::milliseconds>(*next_try_ - now);
  return failure;
}

GraphResult<Secret> TokenSource::renew(std::unique_lock<std::mutex>& lock) {
  is_renewing_ = true;
  const std::string claims = demanded_claims_;
  lock.unlock();
  const GraphResult<TokenAnswer> fresh = request_token(claims);
  lock.lock();
  is_renewing_ = false;
  renewed_.notify_all();
  if (fresh) {
    keep(*fresh, claims);
    return token_;
  }
  const Moment now = clock_.steady();
  last_failure_ = fresh.error();
  last_failure_.was_sent = false;
  next_try_ = now + std::max<std::chrono::milliseconds>(
                        kBetweenFailures, last_failure_.retry_after.value_or(seconds{0}));
  log_warning("no access token", {{"because", last_failure_.message}});
  if (is_usable(now)) return token_;
  return last_failure_;
}

void TokenSource::keep(const TokenAnswer& fresh, const std::string& claims) {
  const Moment now = clock_.steady();
  token_ = fresh.access_token;
  expires_at_ = now + fresh.expires_in;
  renew_at_ = now + renew_after(fresh);
  next_try_.reset();
  if (demanded_claims_ == claims) demanded_claims_.clear();
}

GraphResult<TokenAnswer> TokenSource::request_token(const std::string& claims) {
  const auto request = make_token_request(account_, claims, clock_.now(), random_);
  if (!request) return no_usable_answer("noCredential", request.error().message);
  const auto answer = transport_.send(request->http);
  if (!answer) return no_usable_answer("loginUnreachable", answer.error().message);
  if (answer->status != 200) {
    GraphError error = read_graph_error(*answer, "", clock_.now());
    error.kind = GraphError::Kind::temporary;
    error.code = "loginRefused";
    error.message = "login server: " + describe_login_refusal(*answer, request->proof);
    return error;
  }
  auto token = read_token(answer->body, clock_.now());
  if (!token) return no_usable_answer("loginUnreadable", "the answer holds no access_token");
  return *std::move(token);
}

void TokenSource::reject(const Secret& token, const std::string& claims) {
  const std::scoped_lock lock(mutex_);
  const Moment now = clock_.steady();
  const bool is_too_soon = last_rejected_ && now < *last_rejected_ + kBetweenFailures;
  if (is_too_soon || token_.reveal() != token.reveal()) return;
  token_ = Secret();
  last_rejected_ = now;
  demanded_claims_ = claims;
}

}  // namespace secondlook
