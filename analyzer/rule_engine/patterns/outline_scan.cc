#include "analyzer/rule_engine/patterns/outline_scan.h"

#include <algorithm>
#include <limits>

namespace secondlook {
namespace {

constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kDead = kUnknown - 1;
// The flag of states where an outline ends stands in the table, so that the loop need not ask.
constexpr std::uint32_t kEndsHere = 1U << 31;

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

// State 0 is where nothing was read yet.
void OutlineScan::forget_states() {
  positions_of_.clear();
  places_of_.clear();
  table_.clear();
  states_.clear();
  state_of({});
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
  if (row == 0) reached = automaton_->first_of_class_[byte_class];
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
  const StartFilter& filter = automaton_->filter_;
  std::size_t i = automaton_->next_first_byte(text, 0);
  for (; i + 2 < text.size(); i = automaton_->next_first_byte(text, i + 1)) {
    if (!filter.passes(text, i)) continue;
    follow(text, i, on_match);
    if (made_ > most) return false;
  }
  for (; i < text.size(); ++i) follow(text, i, on_match);
  return true;
}

// From one byte on, to where no outline goes on.
void OutlineScan::follow(std::string_view text, std::size_t begin, const OnMatch& on_match) {
  const auto& class_of = automaton_->class_of_;
  const std::size_t end = std::min(text.size(), begin + kLongestRun);
  std::uint32_t row = 0;
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
