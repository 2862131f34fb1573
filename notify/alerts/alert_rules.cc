#include "notify/alerts/alert_rules.h"

#include <algorithm>
#include <ctime>

namespace secondlook {
namespace {

constexpr std::uint32_t kMinutesADay = 24 * 60;

template <typename Value>
bool holds(const std::vector<Value>& list, const Value& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

bool wants(const AlertRule& rule, const Alert& alert) {
  return holds(rule.events, alert.kind) && alert.severity >= rule.least_severity &&
         (alert.tenant.empty() || holds(rule.tenants, alert.tenant));
}

std::uint32_t local_minute_of_day(Timestamp time) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return static_cast<std::uint32_t>(parts.tm_hour * 60 + parts.tm_min);
}

std::optional<Timestamp> quiet_until(const AlertRule& rule, const Alert& alert, Timestamp now,
                                     const MinuteOfDay& minute_of_day) {
  const QuietHours& quiet = rule.quiet_hours;
  if (quiet.from == quiet.to || alert.severity == AlertSeverity::critical) return std::nullopt;
  const std::uint32_t minute = minute_of_day(now);
  const bool is_quiet = quiet.from < quiet.to ? minute >= quiet.from && minute < quiet.to
                                              : minute >= quiet.from || minute < quiet.to;
  if (!is_quiet) return std::nullopt;
  const std::uint32_t left = (quiet.to + kMinutesADay - minute) % kMinutesADay;
  return std::chrono::floor<std::chrono::minutes>(now) + std::chrono::minutes(left);
}

}  // namespace secondlook
