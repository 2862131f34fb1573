// From events to deliveries: reads the detections database from its mark on, puts each event into
// the groups of the rules that want it, and queues groups whose time has come. No network, no
// threads.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "notify/alerts/alert_rules.h"
#include "notify/alerts/conditions.h"
#include "schema/alert_settings.h"
#include "schema/store/alerts/alert_events.h"
#include "schema/store/alerts/alert_outbox.h"

namespace secondlook {

class AlertIntake {
 public:
  // `settings` and `outbox` must outlive it.
  AlertIntake(const AlertSettings& settings, AlertOutbox& outbox,
              MinuteOfDay minute_of_day = &local_minute_of_day)
      : settings_(settings), outbox_(outbox), minute_of_day_(std::move(minute_of_day)) {}

  // Takes what is new, in transactions of some hundred events; true when something was. The first
  // time ever it begins at the end: what happened before alerts were switched on is told to nobody.
  // `events` is another database than before when its ids are lower: then it begins at its end,
  // too.
  Result<bool> take(AlertEvents& events, Timestamp now);

  // What holds now against what held before: new conditions and those that ended become alerts,
  // those that stay do so again after repeat_after. `looked_at`: of those kinds that could be
  // looked for.
  Result<void> take_conditions(const std::vector<Condition>& found,
                               const std::vector<AlertKind>& looked_at, Timestamp now);

  // Groups whose time has come go into the outbox, unless quiet hours or most_an_hour hold them
  // back: then they go on growing, nothing is dropped.
  Result<void> queue_due(Timestamp now);

 private:
  Result<void> add(AlertEvents* events, const AlertEvent& event, Timestamp now);
  Result<void> add_to_rules(AlertEvents* events, const Alert& alert, Timestamp now);
  Result<void> add_to_group(const AlertRule& rule, Alert alert, Timestamp now);
  Result<void> queue_test(const Alert& alert, Timestamp now);
  Result<void> queue_or_hold(const AlertGroup& group, Timestamp now);

  const AlertSettings& settings_;
  AlertOutbox& outbox_;
  MinuteOfDay minute_of_day_;
};

// The event as an alert of itself. Nothing for a kind of a newer version.
std::optional<Alert> alert_of_event(const AlertEvent& event);

}  // namespace secondlook
