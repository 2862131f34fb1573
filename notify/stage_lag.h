// How far each stage behind the acknowledgement is behind: analysis (durable, no verdict yet),
// recording (a verdict, not in the database yet), removal (a step that is due). A value.
#pragma once

#include <cstdint>

#include "notify/observer.h"

namespace secondlook {

struct StageLag {
  std::uint64_t records = 0;
  double seconds = 0;  // age of the oldest
};

struct StageLags {
  StageLag analysis, recording, removal;
};

// With the analyzer away nobody knows what it had judged: all that is not recorded is then its lag.
StageLags stage_lags(const Observations& seen);

}  // namespace secondlook
