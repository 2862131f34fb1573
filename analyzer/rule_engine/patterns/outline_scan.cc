#include "analyzer/rule_engine/patterns/outline_scan.h"

#include <algorithm>
#include <limits>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kDead = kUnknown - 1;
// The flag of states where an outline ends stands in the table, so that the loop need not ask.
constexpr std::uint32_t kEndsHere = 1U << 31;

bool is_word(char byte) {
  return is_letter(byte) || is_digit(byte) || byte == '_';
}

// As PCRE2's \b, which knows ASCII only.
bool is_word_edge(std::string_view text, std::size_t at) {
  return (at > 0 && is_word(text[at - 1])) != is_word(text[at]);
}

void sort_unique(std::vector<std::uint32_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

}  // namespace

OutlineScan::OutlineScan(const OutlineAutomaton& automaton)
    : automaton_(&automaton), classes_(automaton.bytes_of_class_.size()) {
  forget_states();
}

std::size_t OutlineScan::Hash::operator()(const Positions& positions) const {
  std::size_t hash = positions.size();
  for (const std::uint32_t position : positions) hash = (hash ^ position) * 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 32);
}

// The first two states are those where nothing was read yet: at a word's edge, elsewhere.
void OutlineScan::forget_states() {
  positions_of_.clear();
  places_of_.clear();
  table_.clear();
  states_.clear();
  state_of({});
  positions_of_.push_back(positions_of_.front());
  places_of_.emplace_back();
  table_.resize(2 * classes_, kUnknown);
}

std::uint32_t OutlineScan::state_of(Positions positions) {
  const auto [entry, is_new] = states_.emplace(std::move(positions), 0);
  if (!is_new) return entry->second;
  ++made_;
  positions_of_.push_back(&entry->first);
  auto& places = places_of_.emplace_back();
  for (const std::uint32_t position : entry->first) {
    if (automaton_->positions_[position].is_end) {
      places.push_back(automaton_->positions_[position].place);
    }
  }
  sort_unique(places);
  entry->second = static_cast<std::uint32_t>(table_.size()) | (places.empty() ? 0 : kEndsHere);
  table_.resize(table_.size() + classes_, kUnknown);
  return entry->second;
}

std::uint32_t OutlineScan::step(std::uint32_t row, std::uint8_t byte_class) {
  const auto& all = automaton_->positions_;
  const std::uint8_t byte = automaton_->bytes_of_class_[byte_class];
  Positions reached;
  if (row == 0) reached = automaton_->first_at_edge_[byte_class];
  if (row == classes_) reached = automaton_->first_inside_[byte_class];
  for (const std::uint32_t from : *positions_of_[row / classes_]) {
    for (const std::uint32_t next : all[from].next) {
      if (all[next].bytes[byte]) reached.push_back(next);
    }
  }
  if (reached.empty()) return table_[row + byte_class] = kDead;
  sort_unique(reached);
  const bool is_full = table_.size() * sizeof(std::uint32_t) > kMostTableBytes;
  if (is_full) forget_states();
  const std::uint32_t next = state_of(std::move(reached));
  if (!is_full) table_[row + byte_class] = next;
  return next;
}

bool OutlineScan::scan(std::string_view text, const OnMatch& on_match) {
  made_ = 0;
  const std::size_t most = kStatesPerScan + text.size() / 16;
  const StartFilter& at_edge = automaton_->filters_.at_edge;
  const StartFilter& inside = automaton_->filters_.inside;
  std::size_t i = automaton_->next_first_byte(text, 0);
  for (; i + 2 < text.size(); i = automaton_->next_first_byte(text, i + 1)) {
    // Whatever may begin inside a word may begin at its edge.
    if (!at_edge.passes(text, i)) continue;
    const bool is_edge = is_word_edge(text, i);
    if (!is_edge && !inside.passes(text, i)) continue;
    follow(text, i, is_edge, on_match);
    if (made_ > most) return false;
  }
  for (; i < text.size(); ++i) follow(text, i, is_word_edge(text, i), on_match);
  return true;
}

void OutlineScan::scan_edge(std::string_view text, std::size_t at, const OnMatch& on_match) {
  const bool is_torn = at > 0 && at < text.size() && is_word(text[at - 1]) && is_word(text[at]);
  if (is_torn) follow(text, at, true, on_match);
}

bool OutlineScan::scan_lines(std::string_view text, std::size_t whole, bool is_first,
                             const OnMatch& on_match) {
  if (is_first) made_ = 0;
  const std::size_t most = kStatesPerScan + whole / 16;
  for (std::size_t begin = 0; begin < text.size();) {
    follow(text, begin, true, on_match);
    if (made_ > most) return false;
    begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
  }
  return true;
}

// From one byte on, to where no outline goes on.
void OutlineScan::follow(std::string_view text, std::size_t begin, bool is_edge,
                         const OnMatch& on_match) {
  const auto& class_of = automaton_->class_of_;
  const std::size_t end = std::min(text.size(), begin + kLongestRun);
  auto row = static_cast<std::uint32_t>(is_edge ? 0 : classes_);
  for (std::size_t i = begin; i < end; ++i) {
    const std::uint8_t byte_class = class_of[static_cast<std::uint8_t>(text[i])];
    std::uint32_t next = table_[row + byte_class];
    if (next >= kEndsHere) {
      if (next == kUnknown) next = step(row, byte_class);
      if (next == kDead) return;
      row = next & ~kEndsHere;
      if (next < kEndsHere) continue;
      for (const std::uint32_t place : places_of_[row / classes_]) on_match(place, begin);
    } else {
      row = next;
    }
  }
  if (end == text.size()) return;
  for (const std::uint32_t position : *positions_of_[row / classes_]) {
    on_match(automaton_->positions_[position].place, begin);
  }
}

}  // namespace secondlook
