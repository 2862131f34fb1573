// The Date field (RFC 5322 3.3, with the obsolete forms of 4.3 that are still sent).
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace secondlook {

// "Mon, 26 Feb 2018 16:07:14 -0500 (EST)"; weekday, seconds and zone may be missing (UTC then),
// years may have two digits. Nothing for what is no date.
std::optional<Timestamp> parse_mail_date(std::string_view text);

}  // namespace secondlook
