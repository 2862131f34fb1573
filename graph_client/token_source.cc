#include "graph_client/token_source.h"

#include <algorithm>

#include "base/log.h"
#include "graph_client/graph_answer.h"
#include "graph_client/graph_error.h"
#include "graph_client/graph_path.h"

namespace secondlook {

namespace {

using std::chrono::seconds;

constexpr seconds kRenewBefore{300};
constexpr seconds kBetweenFailures{30};
constexpr seconds kLongestWait{60};

std::string token_form(const GraphAccount& account, const Secret& secret) {
  const std::string scope = account.scope.empty() ? account.graph_url + "/.default" : account.scope;
  return "client_id=" + percent_encoded(account.client_id) + "&scope=" + percent_encoded(scope) +
         "&grant_type=client_credentials&client_secret=" + percent_encoded(secret.reveal());
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
      return no_usable_answer("tokenTimeout", "another thread still waits for the login server");
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
  lock.unlock();
  seconds expires_in{0};
  GraphResult<Secret> fresh = request_token(expires_in);
  lock.lock();
  is_renewing_ = false;
  renewed_.notify_all();
  const Moment now = clock_.steady();
  if (fresh) {
    token_ = *fresh;
    expires_at_ = now + expires_in;
    // A token shorter than twice the margin is renewed at half its life.
    renew_at_ = now + std::max(expires_in - kRenewBefore, expires_in / 2);
    next_try_.reset();
    return fresh;
  }
  last_failure_ = fresh.error();
  next_try_ = now + std::max<std::chrono::milliseconds>(
                        kBetweenFailures, last_failure_.retry_after.value_or(seconds{0}));
  log_warning("no access token", {{"because", last_failure_.message}});
  if (is_usable(now)) return token_;
  return fresh;
}

GraphResult<Secret> TokenSource::request_token(seconds& expires_in) {
  const auto secret = read_secret_file(account_.client_secret_file);
  if (!secret) return no_usable_answer("noClientSecret", secret.error().message);
  HttpRequest request;
  request.method = "POST";
  request.url = token_url(account_.login_url, account_.tenant_id);
  request.content_type = "application/x-www-form-urlencoded";
  request.headers = {{"Accept", "application/json"}};
  request.body = token_form(account_, *secret);
  request.new_connection = true;
  const auto answer = transport_.send(request);
  if (!answer) return no_usable_answer("loginUnreachable", answer.error().message);
  if (answer->status != 200) {
    GraphError error = read_graph_error(*answer, "", clock_.now());
    error.kind = GraphError::Kind::temporary;
    error.code = "loginRefused";
    error.message = "login server: HTTP " + std::to_string(answer->status) + " " +
                    read_login_error(answer->body);
    return error;
  }
  auto token = read_token(answer->body);
  if (!token) return no_usable_answer("loginUnreadable", "the answer holds no access_token");
  expires_in = token->expires_in;
  return Secret(std::move(token->access_token));
}

void TokenSource::reject(const Secret& token) {
  const std::scoped_lock lock(mutex_);
  const Moment now = clock_.steady();
  const bool is_too_soon = last_rejected_ && now < *last_rejected_ + kBetweenFailures;
  if (is_too_soon || token_.reveal() != token.reveal()) return;
  token_ = Secret();
  last_rejected_ = now;
}

}  // namespace secondlook
