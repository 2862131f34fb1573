// How a tenant's Graph is doing, at one moment: for status and metrics. Counters since the start.
#pragma once

#include <cstddef>
#include <cstdint>

namespace secondlook {

struct GraphLoad {
  std::uint64_t sent = 0;            // requests that went out
  std::uint64_t throttled = 0;       // of them answered 429, or 503 with Retry-After
  std::uint64_t failed = 0;          // of them 5xx, or no answer
  std::uint64_t denied = 0;          // of them 401 or 403
  std::uint64_t sign_in_failed = 0;  // not sent: the login server gave no token
  std::uint64_t refused_here = 0;    // not sent: paused, circuit open, budget spent, no turn
  unsigned in_flight = 0;
  unsigned may_be_in_flight = 0;  // the adaptive bound
  std::size_t paused_mailboxes = 0;
  bool paused = false;  // the whole tenant
  bool circuit_open = false;
  unsigned circuit_opened = 0;  // times
};

}  // namespace secondlook
