// Time as an argument: whoever waits or stamps takes a Clock, so that tests decide what time it is.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace secondlook {

// UTC with microseconds: what is stored and printed.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;                                 // wall clock, may jump
  virtual std::chrono::steady_clock::time_point steady() const = 0;  // for deadlines
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  std::chrono::steady_clock::time_point steady() const override;
};

// RFC 3339 in UTC, "2026-11-22T13:07:27.123456Z".
std::string format_rfc3339(Timestamp time);

// RFC 3339 with any offset and 0-9 fraction digits, or a bare date (midnight UTC).
std::optional<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace secondlook
