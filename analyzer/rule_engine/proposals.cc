#include "analyzer/rule_engine/proposals.h"

#include <algorithm>

namespace secondlook {
namespace {

// Two searches cost more than passing over so many bytes.
constexpr std::uint32_t kNear = 16;

bool touch(const Proposals::Window& left, const Proposals::Window& right) {
  return left.piece == right.piece && left.from <= right.to + kNear &&
         right.from <= left.to + kNear;
}

void widen(Proposals::Window& window, const Proposals::Window& more) {
  window.from = std::min(window.from, more.from);
  window.to = std::max(window.to, more.to);
}

}  // namespace

void Proposals::begin_message(std::size_t patterns) {
  all_.clear();
  if (all_.capacity() > kMost / 8) all_.shrink_to_fit();
  for (const std::uint32_t pattern : proposed_) last_[pattern] = {};
  proposed_.clear();
  last_.resize(patterns);
}

// Matches come nearly in order, so that looking at the last window joins most of them.
void Proposals::add(std::uint32_t pattern, const Window& window) {
  Last& last = last_[pattern];
  if (last.link != kNone) {
    Window& before = all_[last.link].window;
    if (touch(before, window)) return widen(before, window);
    last.in_piece = before.piece == window.piece ? last.in_piece + 1 : 0;
    if (last.in_piece >= kMostOfPiece) return widen(before, window);
  }
  if (is_full()) return;
  if (last.link == kNone) proposed_.push_back(pattern);
  all_.push_back({window, last.link});
  last.link = static_cast<std::uint32_t>(all_.size() - 1);
}

const std::vector<Proposals::Window>& Proposals::windows_of(std::uint32_t pattern) {
  sorted_.clear();
  for (std::uint32_t link = last_[pattern].link; link != kNone; link = all_[link].before) {
    sorted_.push_back(all_[link].window);
  }
  std::sort(sorted_.begin(), sorted_.end());
  std::size_t kept = 0;
  for (const Window& window : sorted_) {
    if (kept > 0 && touch(sorted_[kept - 1], window)) {
      widen(sorted_[kept - 1], window);
    } else {
      sorted_[kept++] = window;
    }
  }
  sorted_.resize(kept);
  return sorted_;
}

}  // namespace secondlook
