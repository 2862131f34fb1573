#include "graph_client/request_gate.h"

#include <algorithm>

#include "base/log.h"

namespace secondlook {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostPauses = 1000;
constexpr std::size_t kManyPaused = 4;
constexpr std::chrono::minutes kLongestPauseOfAll{5};
constexpr milliseconds kUnsaidPause{1000};

GraphError refused_here(const char* code, const char* what, milliseconds wait) {
  GraphError error;
  error.kind = GraphError::Kind::throttled;
  error.was_sent = false;
  error.code = code;
  error.message = std::string(code) + ": " + what;
  error.retry_after = wait;
  return error;
}

bool is_outage(const GraphError& error) {
  return error.was_sent && error.kind == GraphError::Kind::temporary &&
         (error.status == 0 || error.status >= 500);
}

bool is_about_mailbox(const GraphError& error) {
  return error.status == 429 && error.code == "ApplicationThrottled";
}

}  // namespace

RequestGate::Pass::~Pass() {
  if (gate_) gate_->withdraw(is_probe_);
}

void RequestGate::Pass::answered() {
  if (RequestGate* const gate = gate_.release(); gate != nullptr) {
    gate->limits_.grow();
    gate->tell(mailbox_, is_probe_, nullptr);
  }
}

void RequestGate::Pass::failed(const GraphError& error) {
  RequestGate* const gate = gate_.release();
  if (gate == nullptr) return;
  const bool is_throttled = error.kind == GraphError::Kind::throttled;
  if (is_throttled || error.status == 503) gate->limits_.shrink(turn_);
  gate->tell(mailbox_, is_probe_, &error);
}

GraphResult<RequestGate::Pass> RequestGate::enter(const std::string& mailbox,
                                                  milliseconds longest_wait) {
  bool is_probe = false;
  auto refused = refusal(mailbox, is_probe);
  auto turn = refused ? std::nullopt : limits_.wait_for_turn(mailbox, longest_wait);
  const std::scoped_lock lock(mutex_);
  ++(turn ? counts_.sent : counts_.refused_here);
  if (refused) return *std::move(refused);
  if (!turn) {
    if (is_probe) breaker_.probe_withdrawn();
    return refused_here("localLimit", "no turn within the limits of requests in flight",
                        std::chrono::seconds{1});
  }
  return Pass(*this, *std::move(turn), mailbox, is_probe);
}

std::optional<GraphError> RequestGate::refusal(const std::string& mailbox, bool& is_probe) {
  const std::scoped_lock lock(mutex_);
  const Moment now = clock_.steady();
  if (const milliseconds wait = pause_left(mailbox, now); wait.count() > 0)
    return refused_here("paused", "Graph asked us to stay away", wait);
  const CircuitBreaker::Answer answer = breaker_.ask(now);
  if (!answer.may_go) return refused_here("circuitOpen", "Graph does not answer", answer.wait);
  is_probe = answer.is_probe;
  if (const milliseconds wait = is_probe ? milliseconds{0} : budget_.ask(now); wait.count() > 0)
    return refused_here("retryBudget", "too much has failed of late", wait);
  return std::nullopt;
}

milliseconds RequestGate::pause_left(const std::string& mailbox, Moment now) const {
  Moment end = all_paused_until_;
  if (const auto found = paused_until_.find(mailbox); found != paused_until_.end())
    end = std::max(end, found->second);
  return end > now ? std::chrono::ceil<milliseconds>(end - now) : milliseconds{0};
}

void RequestGate::pause(const std::string& mailbox, const GraphError& error, Moment now) {
  std::erase_if(paused_until_, [&](const auto& each) { return each.second <= now; });
  const Moment end = now + error.retry_after.value_or(kUnsaidPause);
  if (paused_until_.size() < kMostPauses) {
    Moment& until = paused_until_[mailbox];
    until = std::max(until, end);
  }
  if (is_about_mailbox(error) && paused_until_.size() < kManyPaused) return;
  all_paused_until_ = std::max(all_paused_until_, std::min<Moment>(end, now + kLongestPauseOfAll));
}

void RequestGate::tell(const std::string& mailbox, bool is_probe, const GraphError* error) {
  const double fraction = error == nullptr ? 0 : random_fraction(random_);
  const std::scoped_lock lock(mutex_);
  const Moment now = clock_.steady();
  const bool was_open = breaker_.state() != CircuitBreaker::State::closed;
  const bool is_throttled = error != nullptr && error->kind == GraphError::Kind::throttled;
  if (is_throttled) {
    ++counts_.throttled;
    pause(mailbox, *error, now);
  }
  if (error != nullptr && (error->status == 401 || error->status == 403)) ++counts_.denied;
  const bool is_lost = error != nullptr && is_outage(*error);
  if (is_lost) ++counts_.failed;
  if (is_lost || is_throttled)
    budget_.failed();
  else
    budget_.succeeded();
  if (is_lost)
    breaker_.failed(is_probe, mailbox, now, fraction);
  else
    breaker_.lived(is_probe);
  const bool is_open = breaker_.state() != CircuitBreaker::State::closed;
  if (is_open && !was_open) log_warning("Graph does not answer: work waits");
  if (!is_open && was_open) log_info("Graph answers again");
}

void RequestGate::withdraw(bool is_probe) {
  if (!is_probe) return;
  const std::scoped_lock lock(mutex_);
  breaker_.probe_withdrawn();
}

GraphLoad RequestGate::load() const {
  const std::scoped_lock lock(mutex_);
  const Moment now = clock_.steady();
  GraphLoad load = counts_;
  load.in_flight = limits_.in_flight();
  load.may_be_in_flight = limits_.bound();
  load.paused = all_paused_until_ > now;
  load.paused_mailboxes =
      static_cast<std::size_t>(std::count_if(paused_until_.begin(), paused_until_.end(),
                                             [&](const auto& each) { return each.second > now; }));
  load.circuit_open = breaker_.state() != CircuitBreaker::State::closed;
  load.circuit_opened = breaker_.times_opened();
  return load;
}

}  // namespace secondlook
