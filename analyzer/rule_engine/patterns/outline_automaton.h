// Finds where patterns without a rare literal may match: an automaton of what they begin with, all
// of them in one pass. It proposes too much, never too little; PCRE2 decides.
//
// An outline is followed until what was read is rare enough in ordinary text. The positions of all
// outlines make one automaton (Glushkov's), which each scanner makes deterministic as it goes: a
// text costs a table look-up a byte once its states were seen.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/rule_engine/patterns/pattern_outline.h"

namespace secondlook {

// Immutable once the outlines are in; shared by threads and forks.
class OutlineAutomaton {
 public:
  enum class Added { yes, too_frequent, too_much };

  // Outlines of one kind share an automaton: those that are busy at all times, or have thousands of
  // positions, multiply the states of one another.
  struct Bounds {
    double most_activity = 1e9;  // positions reached at once, on average in ordinary text
    std::size_t most_positions = 1'000'000;
  };

  // Adds what `outline` begins with, to be reported as `place`. Nothing is added when it begins
  // with nothing that is rare (or is too large), or exceeds the bounds.
  Added add(const OutlineNode& outline, std::uint32_t place, const Bounds& bounds);

  bool is_empty() const { return positions_.empty(); }

  // Must be called once, after the last add().
  void finish();

 private:
  friend class OutlineScan;
  friend class OutlineReach;
  struct Position {
    std::bitset<256> bytes;             // one of these was read
    std::vector<std::uint32_t> next;    // positions that may follow
    std::vector<std::uint32_t> places;  // outlines that are complete here
  };
  std::vector<Position> positions_;
  std::vector<std::uint32_t> first_;
  std::array<std::uint8_t, 256> class_of_{};  // bytes that no position tells apart
  std::vector<std::uint8_t> bytes_of_class_;  // one of each
  std::vector<std::vector<std::uint32_t>> first_of_class_;
};

// What one thread needs to scan. Grows with the texts it sees, up to some megabytes.
class OutlineScan {
 public:
  // `automaton` must outlive this.
  explicit OutlineScan(const OutlineAutomaton& automaton);

  // Calls on_match(place, end) wherever an outline's beginning ends, ends in ascending order. False
  // when the text makes more states than its size allows: the outlines say nothing about it then.
  bool scan(std::string_view text,
            const std::function<void(std::uint32_t place, std::size_t end)>& on_match);

  static constexpr std::size_t kMostTableBytes = 8 << 20;
  static constexpr std::size_t kStatesPerScan = 20'000;  // and one more for each 16 bytes of text

 private:
  using Positions = std::vector<std::uint32_t>;
  struct Hash {
    std::size_t operator()(const Positions& positions) const;
  };

  std::uint32_t state_of(Positions positions);  // as in the table
  std::uint32_t step(std::uint32_t row, std::uint8_t byte_class);
  void forget_states();

  const OutlineAutomaton* automaton_;
  std::size_t classes_;
  std::unordered_map<Positions, std::uint32_t, Hash> states_;
  std::vector<const Positions*> positions_of_;  // by state
  std::vector<std::vector<std::uint32_t>> places_of_;
  // A row for each state, a column for each class: where the next state's row begins, and whether
  // outlines end there; kUnknown where not yet known.
  std::vector<std::uint32_t> table_;
  std::size_t made_ = 0;  // states, in this scan
};

}  // namespace secondlook
