// Finds where patterns without a rare literal may begin: an automaton of what they begin with,
// tried at every byte of a text. It proposes too much, never too little; PCRE2 decides, just there.
//
// An outline is followed until what was read is rare enough in ordinary text. The positions of all
// outlines make one automaton (Glushkov's), which each scanner makes deterministic as it goes. Most
// bytes of a text are passed over by a filter of the first three bytes; where it lets one through,
// the automaton mostly ends within a few bytes.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/rule_engine/patterns/pattern_outline.h"
#include "analyzer/rule_engine/patterns/start_filter.h"

namespace secondlook {

// Immutable once the outlines are in; shared by threads and forks.
class OutlineAutomaton {
 public:
  // Adds what `outline` begins with, to be reported as `place`; gives how many bytes of a match may
  // stand before the reported beginning, at most. Nothing, and nothing is added, when it begins
  // with nothing that is rare, its first three bytes alone are too frequent to be followed from
  // everywhere, or it is too large.
  std::optional<std::uint32_t> add(const OutlineNode& outline, std::uint32_t place);

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
  };
  StartFilter filter_of(const std::vector<std::uint32_t>& first, std::size_t begin) const;
  void tell_bytes_apart();

  std::vector<Position> positions_;
  std::vector<std::uint32_t> first_;          // of all outlines
  std::array<std::uint8_t, 256> class_of_{};  // bytes that no position tells apart
  std::vector<std::uint8_t> bytes_of_class_;  // one of each
  std::vector<std::vector<std::uint32_t>> first_of_class_;
  StartFilter filter_;
};

// What one thread needs to scan. Grows with the texts it sees, up to some megabytes.
class OutlineScan {
 public:
  // `automaton` must outlive this.
  explicit OutlineScan(const OutlineAutomaton& automaton);

  // Calls on_match(place, begin) for each beginning of an outline, in ascending order, sometimes
  // more than once. False when the text makes more states than its size allows: the outlines say
  // nothing about it then. Linear in the text: no outline is followed for more than kLongestRun
  // bytes, what is still under way there counts as complete.
  bool scan(std::string_view text,
            const std::function<void(std::uint32_t place, std::size_t begin)>& on_match);

  static constexpr std::size_t kMostTableBytes = 8 << 20;
  static constexpr std::size_t kStatesPerScan = 20'000;  // and one more for each 16 bytes of text
  static constexpr std::size_t kLongestRun = 64;

 private:
  using Positions = std::vector<std::uint32_t>;
  using OnMatch = std::function<void(std::uint32_t place, std::size_t begin)>;
  struct Hash {
    std::size_t operator()(const Positions& positions) const;
  };

  void follow(std::string_view text, std::size_t begin, const OnMatch& on_match);
  std::uint32_t state_of(Positions positions);  // as in the table
  std::uint32_t step(std::uint32_t row, std::uint8_t byte_class);
  void forget_states();

  const OutlineAutomaton* automaton_;
  std::size_t classes_;
  std::unordered_map<Positions, std::uint32_t, Hash> states_;
  std::vector<const Positions*> positions_of_;  // by state
  std::vector<std::vector<std::uint32_t>> places_of_;
  // A row for each state, a column for each class: where the next state's row begins, and whether
  // outlines end there; kDead where nothing follows; kUnknown where not yet known.
  std::vector<std::uint32_t> table_;
  std::size_t made_ = 0;  // states, in this scan
};

}  // namespace secondlook
