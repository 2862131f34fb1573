// Finds where patterns without a rare literal may begin: an automaton of what they begin with,
// tried at every byte of a text. It proposes too much, never too little; PCRE2 decides, just there.
//
// An outline is followed until what was read is rare enough in ordinary text. The positions of all
// outlines make one automaton (Glushkov's), which each scanner makes deterministic as it goes. Most
// bytes of a text are passed over: where few bytes can be the first, by looking for these alone
// (memchr for one), and by a filter of the first three bytes. Where that lets one through, the
// automaton mostly ends within a few bytes.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/message/byte_set.h"
#include "analyzer/rule_engine/patterns/pattern_outline.h"
#include "analyzer/rule_engine/patterns/start_filter.h"

namespace secondlook {

class OutlineReach;

// Immutable once the outlines are in; shared by threads and forks.
class OutlineAutomaton {
 public:
  // Adds what `outline` begins with, to be reported as `place`; gives how many bytes of a match may
  // stand before the reported beginning, at most. Nothing, and nothing is added, when it begins
  // with nothing that is rare, its first three bytes alone are too frequent to be followed from
  // everywhere, or it is too large.
  std::optional<std::uint32_t> add(const OutlineNode& outline, std::uint32_t place);

  // The same for an outline that is followed from the beginnings of lines alone: it is taken though
  // what it begins with is frequent elsewhere. An automaton takes outlines of one kind.
  bool add_of_line(const OutlineNode& outline, std::uint32_t place);

  bool is_empty() const { return positions_.empty(); }

  // Must be called once, after the last add().
  void finish();

 private:
  friend class OutlineScan;
  friend class OutlineReach;
  struct Position {
    std::bitset<256> bytes;           // one of these was read
    std::vector<std::uint32_t> next;  // positions that may follow
    std::uint32_t place = 0;          // of the outline that it belongs to
    bool is_end = false;              // the outline is complete here
    bool after_edge = false;          // where a match begins with it, a word's edge is before it
  };
  // Where in `text`, at or behind `from`, an outline's first byte stands; text.size() for nowhere.
  std::size_t next_first_byte(std::string_view text, std::size_t from) const {
    if (!begins_rarely_) return from;
    if (!only_first_byte_) return first_bytes_.find_in(text, from);
    return std::min(text.find(*only_first_byte_, from), text.size());
  }
  double lay_down(OutlineReach& reach, const OutlineNode& outline,
                  std::vector<std::uint32_t>& first);
  struct Filters {
    StartFilter at_edge, inside;  // where a word begins or ends; elsewhere
    double expected() const;
  };
  Filters filters_of(const std::vector<std::uint32_t>& first, std::size_t begin) const;
  void tell_bytes_apart();
  void find_first_bytes();

  std::vector<Position> positions_;
  std::vector<std::uint32_t> first_;          // of all outlines
  std::array<std::uint8_t, 256> class_of_{};  // bytes that no position tells apart
  std::vector<std::uint8_t> bytes_of_class_;  // one of each
  // Positions that an outline may begin with, by class.
  std::vector<std::vector<std::uint32_t>> first_at_edge_, first_inside_;
  Filters filters_;
  ByteSet first_bytes_{""};
  std::optional<char> only_first_byte_;  // where there is but one
  bool begins_rarely_ = false;           // so that looking for first bytes passes over most of them
};

}  // namespace secondlook
