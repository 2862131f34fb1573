// How long a server asks us to stay away (RFC 9110, section 10.2.3).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace secondlook {

// The value of a Retry-After field: seconds, with a fraction as Graph sends them ("2.128", rounded
// up to a millisecond), or an IMF-fixdate ("Sun, 22 Nov 2026 12:00:05 GMT"; a past one is 0).
// Nothing for anything else, the two obsolete date forms included. At most one day.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Timestamp now);

// A Date field's IMF-fixdate; nothing for the two obsolete forms.
std::optional<Timestamp> parse_http_date(std::string_view value);

}  // namespace secondlook
