#include "analyzer/rule_engine/patterns/required_literals.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "analyzer/rule_engine/patterns/byte_frequency.h"

namespace secondlook {
namespace {

using Kind = OutlineNode::Kind;
using Strings = std::vector<std::string>;  // sorted, each once

constexpr std::size_t kMostBytesOfClass = 16;
constexpr std::uint32_t kMostExpandedRepeats = 12;

// What stands about once in a text. Still good enough where there is nothing better.
constexpr double kExpectedUsual = 1e-3;

double expected_by_letters(std::string_view string) {
  double one = 1;
  for (const char byte : string) one *= byte_frequency(byte);
  // Words are far more frequent than their letters make them: 8 letters are not ten times rarer
  // than 6. The root keeps long strings from beating rare ones by length alone.
  return std::pow(one, 0.8);
}

void sort_unique(Strings& strings) {
  if (strings.size() < 2) return;
  std::sort(strings.begin(), strings.end());
  strings.erase(std::unique(strings.begin(), strings.end()), strings.end());
}

void unite(Strings& all, const Strings& more) {
  const auto middle = static_cast<std::ptrdiff_t>(all.size());
  all.insert(all.end(), more.begin(), more.end());
  std::inplace_merge(all.begin(), all.begin() + middle, all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

// One of the strings must stand in a match, with at most so many bytes of the match before it.
struct Needed {
  Strings strings;
  std::uint32_t most_before = 0;
  double expected = 0;  // of the strings
};

// What is known of a node: everything it matches, when that is a short list, and the best set of
// which it needs one.
struct Known {
  std::optional<Strings> exact;
  std::optional<Needed> needed;
};

class LiteralFinder {
 public:
  LiteralFinder(std::span<const std::string_view> usual, std::span<const std::string> avoided)
      : usual_(usual), avoided_(avoided) {}

  double expected_in_text(const Strings& strings) const {
    double all = 0;
    for (const std::string& string : strings) all += expected_in_text(string);
    return all;
  }

  Known look_at(const OutlineNode& node) const {
    switch (node.kind) {
      case Kind::nothing:
      case Kind::word_edge: return {Strings{""}, std::nullopt};
      case Kind::byte: return look_at_byte(node);
      case Kind::sequence: return look_at_sequence(node);
      case Kind::alternation: return look_at_alternation(node);
      case Kind::repeat: return look_at_repeat(node);
      case Kind::anything: break;
    }
    return {};
  }

  // Of `strings` a match needs one; `before`: how many of its bytes may stand before that.
  void keep_rarer(std::optional<Needed>& kept, const Strings& strings, std::uint32_t before) const {
    if (strings.empty() || strings.front().empty() || is_avoided(strings)) return;
    const double expected = expected_in_text(strings);
    if (!kept || expected < kept->expected) kept = Needed{strings, before, expected};
  }

  static void keep_rarer(std::optional<Needed>& kept, Needed&& other) {
    if (!kept || other.expected < kept->expected) kept = std::move(other);
  }

 private:
  // Some of the strings tell: sets that share one mostly share more.
  bool is_avoided(const Strings& strings) const {
    constexpr std::size_t kLookedAt = 8;
    const auto end =
        strings.begin() + static_cast<std::ptrdiff_t>(std::min(strings.size(), kLookedAt));
    return std::any_of(strings.begin(), end, [&](const std::string& string) {
      return std::any_of(avoided_.begin(), avoided_.end(), [&](const std::string& avoided) {
        return string.find(avoided) != string.npos || avoided.find(string) != avoided.npos;
      });
    });
  }

  // A part of what is usual is as usual; of what goes on behind or before it the rest counts.
  double expected_in_text(const std::string& string) const {
    double expected = expected_by_letters(string);
    for (const std::string_view word : usual_) {
      if (word.find(string) != word.npos) expected = std::max(expected, kExpectedUsual);
      const std::size_t at = string.find(word);
      if (at == string.npos) continue;
      const std::string_view whole = string;
      const double rest = expected_by_letters(whole.substr(0, at)) *
                          expected_by_letters(whole.substr(at + word.size()));
      expected = std::max(expected, kExpectedUsual * rest);
    }
    return expected;
  }

  static Known look_at_byte(const OutlineNode& node) {
    if (node.bytes.count() > 2 * kMostBytesOfClass) return {};
    Strings strings;
    for (unsigned byte = 0; byte < 256; ++byte) {
      if (!node.bytes[byte]) continue;
      const bool is_upper = byte >= 'A' && byte <= 'Z';
      strings.emplace_back(1, static_cast<char>(is_upper ? byte + 0x20 : byte));
    }
    sort_unique(strings);
    if (strings.size() > kMostBytesOfClass) return {};
    return {std::move(strings), std::nullopt};
  }

  // Grows a run of neighbours whose strings are all known; where that ends, the run is a candidate.
  class Run {
   public:
    Run(const LiteralFinder& finder, Known& known) : finder_(finder), known_(known) {}

    // `width`: the most that the part matches.
    void add(Known part, std::uint32_t width) {
      if (part.needed) keep_behind(width_, std::move(*part.needed));
      const std::uint32_t before = width_;
      width_ = add_widths(width_, width);
      if (!part.exact) return close({""}, width_);
      std::optional<Strings> longer = product(run_, *part.exact);
      if (longer) {
        run_ = std::move(*longer);
      } else {
        close(std::move(*part.exact), before);
      }
    }

    // What stands here once to `most` times: it ends this run, and its last time begins the next.
    void add_some(Known part, std::uint32_t width, std::uint32_t most) {
      if (part.needed) keep_behind(width_, std::move(*part.needed));  // the first time will do
      const std::uint32_t others = most == kNoMost ? kNoMost : most - 1;
      const std::uint32_t before_last = add_widths(width_, repeat_width(width, others));
      width_ = add_widths(before_last, width);
      if (!part.exact) return close({""}, width_);
      std::optional<Strings> longer = product(run_, *part.exact);
      if (longer) run_ = std::move(*longer);
      close(std::move(*part.exact), before_last);
    }

    void finish() {
      finder_.keep_rarer(known_.needed, run_, begin_);
      if (is_whole_) known_.exact = std::move(run_);
    }

   private:
    void keep_behind(std::uint32_t before, Needed needed) {
      needed.most_before = add_widths(before, needed.most_before);
      keep_rarer(known_.needed, std::move(needed));
    }

    // `begin`: the most bytes that stand before the run that begins with `next`.
    void close(Strings next, std::uint32_t begin) {
      finder_.keep_rarer(known_.needed, run_, begin_);
      is_whole_ = false;
      run_ = std::move(next);
      begin_ = begin;
    }

    static std::optional<Strings> product(const Strings& left, const Strings& right) {
      if (left.size() * right.size() > kMostLiterals) return std::nullopt;
      Strings all;
      all.reserve(left.size() * right.size());
      for (const std::string& first : left) {
        for (const std::string& second : right) {
          if (first.size() + second.size() > kLongestLiteral) return std::nullopt;
          all.push_back(first + second);
        }
      }
      sort_unique(all);
      return all;
    }

    const LiteralFinder& finder_;
    Known& known_;
    Strings run_ = {""};
    std::uint32_t begin_ = 0;
    std::uint32_t width_ = 0;  // of all that was added
    bool is_whole_ = true;
  };

  static bool is_some(const OutlineNode& node) {
    return node.kind == Kind::repeat && node.least > 0 &&
           (node.most != node.least || node.most > kMostExpandedRepeats);
  }

  Known look_at_sequence(const OutlineNode& node) const {
    Known known;
    Run run(*this, known);
    for (const OutlineNode& part : node.parts) {
      if (is_some(part)) {
        const OutlineNode& repeated = part.parts.front();
        run.add_some(look_at(repeated), most_width(repeated), part.most);
      } else {
        run.add(look_at(part), most_width(part));
      }
    }
    run.finish();
    return known;
  }

  Known look_at_alternation(const OutlineNode& node) const {
    Known known = {Strings(), Needed()};
    for (const OutlineNode& part : node.parts) {
      Known branch = look_at(part);
      if (branch.exact) keep_rarer(branch.needed, *branch.exact, 0);
      unite_exact(known.exact, branch.exact);
      unite_needed(known.needed, branch.needed);
    }
    if (known.needed) known.needed->expected = expected_in_text(known.needed->strings);
    return known;
  }

  // Where they are too many, what they begin with is fewer and needed just as well.
  static void unite_needed(std::optional<Needed>& all, const std::optional<Needed>& more) {
    if (!all || !more) return all.reset();
    Strings& strings = all->strings;
    unite(strings, more->strings);
    all->most_before = std::max(all->most_before, more->most_before);
    for (std::size_t length = kLongestLiteral; strings.size() > kMostLiterals && length > 2;) {
      length -= length > 8 ? 4 : 1;
      for (std::string& string : strings) string.resize(std::min(string.size(), length));
      sort_unique(strings);
    }
    if (strings.size() > kMostLiterals) all.reset();
  }

  static void unite_exact(std::optional<Strings>& all, const std::optional<Strings>& more) {
    if (!all || !more || all->size() + more->size() > kMostLiterals) return all.reset();
    unite(*all, *more);
  }

  Known look_at_repeat(const OutlineNode& node) const {
    if (node.most == 0) return {Strings{""}, std::nullopt};
    const Known part = look_at(node.parts.front());
    if (node.least == 0) {
      if (node.most != 1 || !part.exact) return {};
      Known known = {part.exact, std::nullopt};
      unite(*known.exact, {""});
      return known;
    }
    const std::uint32_t width = most_width(node.parts.front());
    Known known;
    Run run(*this, known);
    if (is_some(node)) {
      run.add_some(part, width, node.most);
    } else {
      for (std::uint32_t i = 0; i < node.least; ++i) run.add(part, width);
    }
    run.finish();
    if (is_some(node)) known.exact.reset();
    return known;
  }

  const std::span<const std::string_view> usual_;
  const std::span<const std::string> avoided_;
};

}  // namespace

RequiredLiterals required_literals(const OutlineNode& outline,
                                   std::span<const std::string_view> usual,
                                   std::span<const std::string> avoided) {
  const LiteralFinder finder(usual, avoided);
  Known known = finder.look_at(outline);
  if (known.exact) finder.keep_rarer(known.needed, *known.exact, 0);
  RequiredLiterals required;
  if (!known.needed) return required;
  required.strings = std::move(known.needed->strings);
  required.expected = known.needed->expected;
  required.most_before = known.needed->most_before;
  return required;
}

}  // namespace secondlook
