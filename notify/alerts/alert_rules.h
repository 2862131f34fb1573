// Which rule wants which event, and when its group may go: pure, with time as an argument.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "schema/alert_settings.h"
#include "schema/store/alerts/alert_value.h"

namespace secondlook {

// What concerns the whole installation (tenant empty) is wanted by every rule.
bool wants(const AlertRule& rule, const Alert& alert);

// The minute of the local day, 0 to 1439, that a moment falls into.
using MinuteOfDay = std::function<std::uint32_t(Timestamp)>;
std::uint32_t local_minute_of_day(Timestamp time);  // by the machine's time zone

// The end of the quiet hours that `now` lies in; nothing outside of them, or when the alert is
// critical.
std::optional<Timestamp> quiet_until(const AlertRule& rule, const Alert& alert, Timestamp now,
                                     const MinuteOfDay& minute_of_day);

}  // namespace secondlook
