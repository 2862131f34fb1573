#include "cli/silence_watch.h"

#include <algorithm>

#include "schema/process_figures.h"

namespace secondlook {

void SilenceWatch::begin(Moment now) {
  since_ = looked_at_ = now;
}

bool SilenceWatch::is_silent(std::uint64_t pulse, Moment now) {
  if (now - looked_at_ > 4 * kLookAgain) since_ = now;
  looked_at_ = now;
  const std::chrono::milliseconds heard(static_cast<std::int64_t>(std::min(pulse, pulse_at(now))));
  return now - std::max(Moment(heard), since_) > most_silence_;
}

}  // namespace secondlook
