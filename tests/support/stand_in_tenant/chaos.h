// Exchange's bad days: a share of the requests about mailboxes ends otherwise, and users act in
// their mailboxes between our requests. Which request is hit is drawn from the random source.
// Safe from several threads.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "tests/support/stand_in_tenant/faults.h"
#include "tests/support/stand_in_tenant/tenant.h"

namespace secondlook::stand_in {

// Of a thousand requests.
struct ChaosShares {
  unsigned throttled = 0;        // 429 with a fractional Retry-After
  unsigned unavailable = 0;      // 503
  unsigned gateway_timeout = 0;  // 504, half of them after the request took effect
  unsigned dropped = 0;          // no answer at all, half of them after the effect
  unsigned unauthorized = 0;     // 401
  unsigned stale = 0;            // 404 ErrorItemNotFound for a message that is there
  unsigned user_moves = 0;       // the user moves a copy of the inbox just before
};

// {"throttled": 5, ...}: unnamed ones are 0; an unknown name is malformed.
Result<ChaosShares> read_chaos(std::string_view json);

class Chaos {
 public:
  explicit Chaos(RandomSource& random) : random_(random) {}

  void set(const ChaosShares& shares);
  // What happens to this request about a mailbox; nothing mostly.
  std::optional<Fault> take(const ServedRequest& request);
  // The user's hand in a mailbox, now and then. The tenant is locked by the caller.
  void disturb(Tenant& tenant, Mailbox& mailbox);
  unsigned struck() const { return struck_; }

 private:
  RandomSource& random_;
  mutable std::mutex mutex_;
  ChaosShares shares_;
  std::atomic<unsigned> struck_ = 0;
};

}  // namespace secondlook::stand_in
