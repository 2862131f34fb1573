// The way of every request to a tenant's Graph: past the circuit breaker, the pauses that Graph
// asked for, the retry budget, and a turn among those in flight; and back, with what came of it.
// Who may not go is refused at once (`throttled`, `was_sent` false, with the wait), so that the
// work waits where it is kept and the thread does other work; only for a turn a caller waits here.
//
// A 429 pauses its mailbox as long as Graph says and halves the bound for the tenant. It pauses the
// whole tenant (five minutes at most) when it is not about the mailbox (503 with Retry-After, codes
// other than ApplicationThrottled) or when four mailboxes are paused already. Safe from several
// threads.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "graph_client/circuit_breaker.h"
#include "graph_client/graph_load.h"
#include "graph_client/mailbox_client.h"
#include "graph_client/request_limits.h"
#include "graph_client/retry_budget.h"

namespace secondlook {

class RequestGate {
 public:
  // `clock` and `random` must outlive it.
  RequestGate(unsigned per_mailbox, unsigned in_all, const Clock& clock, RandomSource& random)
      : clock_(clock), random_(random), limits_(per_mailbox, in_all) {}

  // Leave to send one request; goes back when it is told how that ended, or is destroyed (nothing
  // was sent). The gate must outlive it.
  class Pass {
   public:
    Pass(RequestGate& gate, RequestLimits::Turn turn, std::string mailbox, bool is_probe)
        : gate_(&gate), turn_(std::move(turn)), mailbox_(std::move(mailbox)), is_probe_(is_probe) {}
    Pass(Pass&& other) noexcept = default;
    Pass& operator=(Pass&&) = delete;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass();

    void answered();
    void failed(const GraphError& error);

   private:
    struct Forget {
      void operator()(RequestGate* /*gate*/) const {}
    };
    std::unique_ptr<RequestGate, Forget> gate_;  // empty once told
    RequestLimits::Turn turn_;
    std::string mailbox_;
    bool is_probe_;
  };

  // An empty mailbox: the directory. Waits for a turn up to `longest_wait` of real time.
  GraphResult<Pass> enter(const std::string& mailbox, std::chrono::milliseconds longest_wait);

  GraphLoad load() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;

  std::optional<GraphError> refusal(const std::string& mailbox, bool& is_probe);
  std::chrono::milliseconds pause_left(const std::string& mailbox, Moment now) const;
  void pause(const std::string& mailbox, const GraphError& error, Moment now);
  void tell(const std::string& mailbox, bool is_probe, const GraphError* error);
  void withdraw(bool is_probe);

  const Clock& clock_;
  RandomSource& random_;
  RequestLimits limits_;

  mutable std::mutex mutex_;
  CircuitBreaker breaker_;
  RetryBudget budget_;
  std::map<std::string, Moment, std::less<>> paused_until_;  // at most 1000 mailboxes
  Moment all_paused_until_{};
  GraphLoad counts_;  // the counters of it
};

}  // namespace secondlook
