#include "analyzer/rule_engine/patterns/outline_automaton.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "analyzer/rule_engine/patterns/byte_frequency.h"

namespace secondlook {
namespace {

using Kind = OutlineNode::Kind;

// Of a byte to be the beginning of what was followed. Far behind costs little, since states are
// only made when texts get there; what then has too many positions is followed less far.
constexpr std::array<double, 4> kRareEnough = {1e-6, 1e-4, 2e-4, 5e-4};
constexpr double kTooFrequent = 0.02;
constexpr double kTooFrequentStart = 0.08;
constexpr double kTooFrequentAtLine = 0.2;  // of the lines
constexpr std::uint32_t kMostBefore = 16;   // a few starts more to try
// What is shorter is followed on, however rare: a letter of some alphabet among others of it.
constexpr std::uint32_t kLeastBytes = 4;
constexpr std::size_t kMostPositions = 20'000;  // of one outline
constexpr std::uint32_t kMostCopies = 64;       // of what is repeated
constexpr std::uint32_t kMostOptionalCopies = 4;

void sort_unique(std::vector<std::uint32_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

}  // namespace

// Follows one outline from its beginning and lays its positions down.
class OutlineReach {
 public:
  // Whether matches may begin a little before what is laid down, or must begin with it.
  enum class Begin { may_be_before, is_exact };

  OutlineReach(OutlineAutomaton& automaton, std::uint32_t place, Begin begin)
      : automaton_(automaton),
        place_(place),
        is_exact_(begin == Begin::is_exact),
        begin_(automaton.positions_.size()) {}

  // A part of an outline, laid down: the positions it can begin with, those where it is read to its
  // end, and those where it was followed no further.
  struct Part {
    bool may_be_empty = true;  // may be read to its end with nothing read
    bool may_stop = false;     // nothing can be said from its beginning on
    bool stops = false;        // it is nowhere read to its end
    double expected = 1;       // how often it is read to its end, and to where it was left
    double expected_left = 0;
    std::uint32_t bytes = 0;  // at least
    std::vector<std::uint32_t> first, last, left;

    // What stands behind is followed no further.
    void stop() {
      left.insert(left.end(), last.begin(), last.end());
      last.clear();
      expected_left += expected;
      may_stop = may_stop || may_be_empty;
      may_be_empty = false;
      stops = true;
    }
  };

  bool is_too_large() const { return automaton_.positions_.size() - begin_ > kMostPositions; }
  void take_back() {
    automaton_.positions_.resize(begin_);
    before_ = 0;
  }
  // The most bytes of a match that stand before what was laid down.
  std::uint32_t before() const { return before_; }

  // What was read on the way to a part.
  struct Way {
    double enough = kRareEnough[0];  // where to stop, counted from here
    bool is_begin = true;            // nothing was laid down yet
    bool at_edge = false;            // a word's edge was read just before

    Way behind(const Part& part, bool behind_edge) const {
      return {enough / part.expected, is_begin && part.first.empty(), behind_edge};
    }
  };

  Part follow(const OutlineNode& node, const Way& way) {
    if (is_too_large()) return stopped();
    switch (node.kind) {
      case Kind::nothing:
      case Kind::word_edge: return {};
      case Kind::anything: return stopped();
      case Kind::byte: return follow_byte(node, way);
      case Kind::sequence: return follow_sequence(node, way);
      case Kind::alternation: return follow_alternation(node, way);
      case Kind::repeat: return follow_repeat(node, way);
    }
    return stopped();
  }

 private:
  static Part stopped() {
    Part part;
    part.stop();
    return part;
  }

  Part follow_byte(const OutlineNode& node, const Way& way) {
    const auto position = static_cast<std::uint32_t>(automaton_.positions_.size());
    automaton_.positions_.push_back({node.bytes, {}, place_, false, way.at_edge});
    Part part;
    part.may_be_empty = false;
    part.expected = byte_frequency(node.bytes);
    part.bytes = 1;
    part.first = part.last = {position};
    return part;
  }

  static void append(std::vector<std::uint32_t>& all, const std::vector<std::uint32_t>& more) {
    all.insert(all.end(), more.begin(), more.end());
  }

  void link(const std::vector<std::uint32_t>& from, const std::vector<std::uint32_t>& to) {
    for (const std::uint32_t position : from) append(automaton_.positions_[position].next, to);
  }

  void join(Part& all, const Part& next) {
    link(all.last, next.first);
    if (all.may_be_empty) append(all.first, next.first);
    if (next.may_stop) append(all.left, all.last);
    if (!next.may_be_empty) all.last.clear();
    append(all.last, next.last);
    append(all.left, next.left);
    all.may_stop = all.may_stop || (all.may_be_empty && next.may_stop);
    all.may_be_empty = all.may_be_empty && next.may_be_empty;
    all.expected_left += all.expected * next.expected_left;
    all.expected *= next.expected;
    all.bytes += next.bytes;
    all.stops = next.stops;
  }

  // Goes on with `node` behind `all`, unless that is rare enough already.
  void go_on(Part& all, const OutlineNode& node, const Way& way, bool at_edge) {
    if (all.expected <= way.enough && all.bytes >= kLeastBytes && !all.stops) all.stop();
    if (all.stops) return;
    const Way next_way = way.behind(all, at_edge);
    const std::size_t positions = automaton_.positions_.size();
    const std::uint32_t before = before_;
    const Part next = follow(node, next_way);
    const bool is_idle =
        next_way.is_begin && next.may_be_empty && !next.may_stop && next.left.empty();
    if (is_idle && leave_before(before, most_width(node))) {
      return automaton_.positions_.resize(positions);
    }
    join(all, next);
  }

  // What a match may begin with, or without, need not be followed: it is enough to look that far
  // before the rest. `before`: what stands before it.
  bool leave_before(std::uint32_t before, std::uint32_t width) {
    const std::uint32_t all = add_widths(before, width);
    if (is_exact_ || all > kMostBefore) return false;
    before_ = all;
    return true;
  }

  Part follow_sequence(const OutlineNode& node, const Way& way) {
    Part all;
    bool at_edge = way.at_edge;
    for (const OutlineNode& part : node.parts) {
      go_on(all, part, way, at_edge);
      at_edge = part.kind == Kind::word_edge || (at_edge && part.kind == Kind::nothing);
    }
    return all;
  }

  Part follow_alternation(const OutlineNode& node, Way way) {
    Part all;
    all.may_be_empty = false;
    all.expected = 0;
    all.bytes = kMostCopies;
    all.stops = true;
    way.enough /= static_cast<double>(node.parts.size());
    const std::uint32_t before = before_;
    std::uint32_t most_before = before;
    for (const OutlineNode& part : node.parts) {
      before_ = before;
      const Part branch = follow(part, way);
      most_before = std::max(most_before, before_);
      all.may_be_empty = all.may_be_empty || branch.may_be_empty;
      all.may_stop = all.may_stop || branch.may_stop;
      all.stops = all.stops && branch.stops;
      if (!branch.stops) all.expected += branch.expected;
      all.expected_left += branch.expected_left;
      all.bytes = std::min(all.bytes, branch.bytes);
      append(all.first, branch.first);
      append(all.last, branch.last);
      append(all.left, branch.left);
    }
    all.expected = std::min(1.0, all.expected);
    before_ = most_before;
    return all;
  }

  Part follow_repeat(const OutlineNode& node, const Way& way) {
    const OutlineNode& part = node.parts.front();
    Part all;
    std::uint32_t copies = 0;
    for (; copies < node.least && copies < kMostCopies && !all.stops; ++copies) {
      go_on(all, part, way, way.at_edge && copies == 0);
    }
    if (copies < node.least && !all.stops) all.stop();
    if (all.stops) return all;
    const bool leaves_more = way.is_begin && !way.at_edge && copies > 0 && node.most != kNoMost;
    if (leaves_more && leave_before(before_, repeat_width(most_width(part), node.most - copies)))
      return all;
    const bool is_small = part.kind == Kind::byte;
    bool at_edge = way.at_edge && copies == 0;
    if (node.most - copies > (is_small ? kMostOptionalCopies : 1)) {
      follow_loop(all, part, way.behind(all, at_edge));
    } else {
      for (; copies < node.most && !all.stops; ++copies, at_edge = false) {
        follow_optional(all, part, way.behind(all, at_edge));
      }
    }
    return all;
  }

  void follow_optional(Part& all, const OutlineNode& node, const Way& way) {
    Part maybe = follow(node, way);
    maybe.may_be_empty = true;
    maybe.stops = false;
    maybe.expected = 1;
    maybe.bytes = 0;
    join(all, maybe);
  }

  void follow_loop(Part& all, const OutlineNode& node, const Way& way) {
    Part part = follow(node, way);
    // What may go on and on is under way at the end of the longest run.
    all.expected_left += all.expected * std::pow(part.expected, 40);
    if (!part.stops) link(part.last, part.first);
    part.may_be_empty = true;
    part.stops = false;
    part.expected = 1;
    part.bytes = 0;
    join(all, part);
  }

  OutlineAutomaton& automaton_;
  std::uint32_t place_;
  bool is_exact_;
  std::size_t begin_;
  std::uint32_t before_ = 0;
};

// How often what was laid down stands in a text, 1 when nothing can be said.
double OutlineAutomaton::lay_down(OutlineReach& reach, const OutlineNode& outline,
                                  std::vector<std::uint32_t>& first) {
  OutlineReach::Part whole;
  for (const double enough : kRareEnough) {
    reach.take_back();
    whole = reach.follow(outline, {.enough = enough});
    if (!reach.is_too_large()) break;
  }
  if (whole.may_be_empty || whole.may_stop || reach.is_too_large()) return 1;
  for (const std::uint32_t last : whole.last) positions_[last].is_end = true;
  for (const std::uint32_t left : whole.left) positions_[left].is_end = true;
  sort_unique(whole.first);
  first = std::move(whole.first);
  return whole.expected_left + (whole.stops ? 0 : whole.expected);
}

std::optional<std::uint32_t> OutlineAutomaton::add(const OutlineNode& outline,
                                                   std::uint32_t place) {
  const std::size_t before = positions_.size();
  OutlineReach reach(*this, place, OutlineReach::Begin::may_be_before);
  std::vector<std::uint32_t> first;
  if (lay_down(reach, outline, first) > kTooFrequent) {
    reach.take_back();
    return std::nullopt;
  }
  const Filters filters = filters_of(first, before);
  if (filters.expected() > kTooFrequentStart) {
    reach.take_back();
    return std::nullopt;
  }
  filters_.at_edge.allow(filters.at_edge);
  filters_.inside.allow(filters.inside);
  first_.insert(first_.end(), first.begin(), first.end());
  return reach.before();
}

bool OutlineAutomaton::add_of_line(const OutlineNode& outline, std::uint32_t place) {
  OutlineReach reach(*this, place, OutlineReach::Begin::is_exact);
  std::vector<std::uint32_t> first;
  if (lay_down(reach, outline, first) > kTooFrequentAtLine) {
    reach.take_back();
    return false;
  }
  first_.insert(first_.end(), first.begin(), first.end());
  return true;
}

// Of an outline whose positions begin at `begin`.
OutlineAutomaton::Filters OutlineAutomaton::filters_of(const std::vector<std::uint32_t>& first,
                                                       std::size_t begin) const {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  std::vector<std::uint64_t> kinds;  // by position: what it reads
  for (std::size_t i = begin; i < positions_.size(); ++i) {
    std::uint64_t& set = kinds.emplace_back();
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if (!positions_[i].bytes[byte]) continue;
      set |= std::uint64_t{1} << StartFilter::kind_of(static_cast<std::uint8_t>(byte));
    }
  }
  std::vector<std::uint64_t> behind;  // by position: what the next may read
  for (std::size_t i = begin; i < positions_.size(); ++i) {
    std::uint64_t& set = behind.emplace_back(positions_[i].is_end ? kAll : 0);
    for (const std::uint32_t next : positions_[i].next) set |= kinds[next - begin];
  }
  Filters filters;
  const auto allow = [&](std::uint64_t one, std::uint64_t two, std::uint64_t three, bool inside) {
    filters.at_edge.allow(one, two, three);
    if (inside) filters.inside.allow(one, two, three);
  };
  for (const std::uint32_t each : first) {
    const bool inside = !positions_[each].after_edge;
    if (positions_[each].is_end) allow(kinds[each - begin], kAll, kAll, inside);
    for (const std::uint32_t next : positions_[each].next) {
      allow(kinds[each - begin], kinds[next - begin], behind[next - begin], inside);
    }
  }
  return filters;
}

double OutlineAutomaton::Filters::expected() const {
  constexpr double kEdges = 0.25;  // one byte in four begins or ends a word
  const double anywhere = inside.expected();
  return anywhere + (at_edge.expected() - anywhere) * kEdges;
}

void OutlineAutomaton::finish() {
  for (Position& position : positions_) sort_unique(position.next);
  tell_bytes_apart();
  sort_unique(first_);
  find_first_bytes();
  for (const std::uint8_t byte : bytes_of_class_) {
    auto& at_edge = first_at_edge_.emplace_back();
    auto& inside = first_inside_.emplace_back();
    for (const std::uint32_t position : first_) {
      if (!positions_[position].bytes[byte]) continue;
      at_edge.push_back(position);
      if (!positions_[position].after_edge) inside.push_back(position);
    }
  }
}

void OutlineAutomaton::find_first_bytes() {
  constexpr double kRareFirst = 0.3;
  std::bitset<256> first;
  for (const std::uint32_t position : first_) first |= positions_[position].bytes;
  std::string bytes;
  for (std::size_t byte = 0; byte < first.size(); ++byte) {
    if (first[byte]) bytes += static_cast<char>(byte);
  }
  first_bytes_ = ByteSet(bytes);
  if (bytes.size() == 1) only_first_byte_ = bytes.front();
  begins_rarely_ = only_first_byte_ || byte_frequency(first) < kRareFirst;
}

// Step by step: each set of bytes splits the classes it cuts.
void OutlineAutomaton::tell_bytes_apart() {
  std::array<std::array<int, 2>, 256> names{};
  for (const Position& position : positions_) {
    int number = 0;
    for (auto& each : names) each = {-1, -1};
    for (std::size_t byte = 0; byte < 256; ++byte) {
      int& name = names[class_of_[byte]][position.bytes[byte] ? 1 : 0];
      if (name < 0) name = number++;
      class_of_[byte] = static_cast<std::uint8_t>(name);
    }
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const std::size_t name = class_of_[byte];
    if (name >= bytes_of_class_.size()) bytes_of_class_.resize(name + 1);
    bytes_of_class_[name] = static_cast<std::uint8_t>(byte);
  }
}

}  // namespace secondlook
