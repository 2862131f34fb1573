#include "journal_ingest/turned_away.h"

#include <utility>

namespace secondlook {
namespace {

constexpr std::size_t kMostLinesAMinute = 100;

}  // namespace

std::optional<std::uint64_t> TurnedAway::note(const std::string& peer, Time now) {
  if (!minute_began_ || now - *minute_began_ >= std::chrono::minutes(1)) {
    minute_began_ = now;
    told_.clear();
  }
  if (told_.size() >= kMostLinesAMinute || !told_.insert(peer).second) {
    ++untold_;
    return std::nullopt;
  }
  return std::exchange(untold_, 0);
}

}  // namespace secondlook
