#include "analyzer/rule_engine/proposals.h"

#include <algorithm>

namespace secondlook {

void Proposals::begin_text(std::size_t patterns) {
  all_.clear();
  if (all_.capacity() > kMost / 8) all_.shrink_to_fit();
  for (const std::uint32_t pattern : touched_) last_piece_[pattern] = 0;
  touched_.clear();
  last_piece_.resize(patterns);
}

// Matches come nearly in order, so that looking at the last piece drops most repetitions.
void Proposals::add(std::uint32_t pattern, std::uint32_t piece) {
  std::uint32_t& last = last_piece_[pattern];
  if (last == piece + 1 || is_full()) return;
  if (last == 0) touched_.push_back(pattern);
  last = piece + 1;
  all_.push_back({pattern, piece});
}

const std::vector<Proposals::Proposal>& Proposals::sorted() {
  std::sort(all_.begin(), all_.end());
  all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
  return all_;
}

}  // namespace secondlook
