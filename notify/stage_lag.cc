#include "notify/stage_lag.h"

#include <algorithm>

#include "schema/store/store.h"

namespace secondlook {
namespace {

double age(const Observations& seen, std::uint64_t microseconds) {
  if (microseconds == 0) return 0;
  const double now = static_cast<double>(seen.now.time_since_epoch().count());
  return std::max(0.0, (now - static_cast<double>(microseconds)) / 1e6);
}

std::uint64_t without(std::uint64_t all, std::uint64_t part) {
  return all > part ? all - part : 0;
}

StageLag removal_lag(const Observations& seen) {
  StageLag lag;
  if (!seen.tallies) return lag;
  for (const Tallies::Row& row : seen.tallies->steps)
    if (row.value == name_of(StepState::planned)) lag.records += row.rows;
  if (seen.tallies->oldest_due)
    lag.seconds =
        age(seen, static_cast<std::uint64_t>(seen.tallies->oldest_due->time_since_epoch().count()));
  return lag;
}

}  // namespace

StageLags stage_lags(const Observations& seen) {
  StageLags lags;
  lags.removal = removal_lag(seen);
  if (!seen.figures.ingest || !seen.figures.analyzer) return lags;
  const IngestFigures& ingest = *seen.figures.ingest;
  const AnalyzerFigures& analyzer = *seen.figures.analyzer;
  const std::uint64_t durable = ingest.durable_sequence.get();
  const double oldest_unrecorded = age(seen, ingest.oldest_unrecorded_at.get());
  if (!seen.is_ready("secondlook-analyzer")) {
    if (seen.service) lags.analysis.records = without(durable, seen.service->recorded);
    if (lags.analysis.records > 0) lags.analysis.seconds = oldest_unrecorded;
    return lags;
  }
  const std::uint64_t next = std::max<std::uint64_t>(1, analyzer.next_sequence.get());
  const std::uint64_t waiting = analyzer.waiting.get();
  lags.analysis.records = without(durable, next - 1) + waiting;
  lags.recording.records = analyzer.unacknowledged.get();
  if (lags.analysis.records > 0)
    lags.analysis.seconds =
        waiting > 0 ? age(seen, analyzer.oldest_waiting_at.get()) : oldest_unrecorded;
  if (lags.recording.records > 0) lags.recording.seconds = oldest_unrecorded;
  return lags;
}

}  // namespace secondlook
