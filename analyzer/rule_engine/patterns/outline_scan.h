// Finds where the outlines of an automaton may begin in a text: it is tried at every byte. Most
// bytes are passed over by a filter of the first three; where it lets one through, the automaton,
// which is made deterministic as texts need it, mostly ends within a few bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/rule_engine/patterns/outline_automaton.h"

namespace secondlook {

// What one thread needs to scan. Grows with the texts it sees, up to some megabytes.
class OutlineScan {
 public:
  // `automaton` must outlive this.
  explicit OutlineScan(const OutlineAutomaton& automaton);

  // Calls on_match(place, begin) for each beginning of an outline, in ascending order, sometimes
  // more than once. False when the text makes more states than its size allows: the outlines say
  // nothing about it then. Linear in the text: no outline is followed for more than kLongestRun
  // bytes, what is still under way there counts as complete.
  using OnMatch = std::function<void(std::uint32_t place, std::size_t begin)>;
  bool scan(std::string_view text, const OnMatch& on_match);

  // The same for outlines that can begin only where `text` or one of its lines does. Several such
  // texts are stretches of one text of `whole` bytes, which makes the states allowed; the first of
  // them is told by `is_first`.
  bool scan_lines(std::string_view text, std::size_t whole, bool is_first, const OnMatch& on_match);

  // To be called besides scan() for where a stretch of `text` begins that is searched alone: if
  // that is inside a word, it is a word's edge there.
  void scan_edge(std::string_view text, std::size_t at, const OnMatch& on_match);

  static constexpr std::size_t kMostTableBytes = 8 << 20;
  static constexpr std::size_t kStatesPerScan = 20'000;  // and one more for each 16 bytes of text
  static constexpr std::size_t kLongestRun = 64;

 private:
  using Positions = std::vector<std::uint32_t>;
  struct Hash {
    std::size_t operator()(const Positions& positions) const;
  };

  void follow(std::string_view text, std::size_t begin, bool is_edge, const OnMatch& on_match);
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
