#include "analyzer/rule_engine/patterns/required_literals.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "analyzer/rule_engine/patterns/byte_frequency.h"

namespace secondlook {
namespace {

using Kind = OutlineNode::Kind;
using Strings = std::set<std::string>;

constexpr std::size_t kMostBytesOfClass = 16;
constexpr std::uint32_t kMostExpandedRepeats = 12;

double expected_in_text(const Strings& strings) {
  double all = 0;
  for (const std::string& string : strings) {
    double one = 1;
    for (const char byte : string) one *= byte_frequency(byte);
    // Words are far more frequent than their letters make them: 8 letters are not ten times rarer
    // than 6. The root keeps long strings from beating rare ones by length alone.
    all += std::pow(one, 0.8);
  }
  return all;
}

// One of the strings must stand in a match, with at most so many bytes of the match before it.
struct Needed {
  Strings strings;
  std::uint32_t most_before = 0;
};

// What is known of a node: everything it matches, when that is a short list, and the best set of
// which it needs one.
struct Known {
  std::optional<Strings> exact;
  std::optional<Needed> needed;
};

class LiteralFinder {
 public:
  Known look_at(const OutlineNode& node) {
    switch (node.kind) {
      case Kind::nothing: return {Strings{""}, std::nullopt};
      case Kind::byte: return look_at_byte(node);
      case Kind::sequence: return look_at_sequence(node);
      case Kind::alternation: return look_at_alternation(node);
      case Kind::repeat: return look_at_repeat(node);
      case Kind::anything: break;
    }
    return {};
  }

  static void keep_rarer(std::optional<Needed>& kept, const Needed& other) {
    if (other.strings.empty() || other.strings.contains("")) return;
    if (!kept || expected_in_text(other.strings) < expected_in_text(kept->strings)) kept = other;
  }

 private:
  static Known look_at_byte(const OutlineNode& node) {
    Strings strings;
    for (unsigned byte = 0; byte < 256; ++byte) {
      if (!node.bytes[byte]) continue;
      const bool is_upper = byte >= 'A' && byte <= 'Z';
      strings.insert(std::string(1, static_cast<char>(is_upper ? byte + 0x20 : byte)));
      if (strings.size() > kMostBytesOfClass) return {};
    }
    return {strings, std::nullopt};
  }

  // Grows a run of neighbours whose strings are all known; where that ends, the run is a candidate.
  class Run {
   public:
    explicit Run(Known& known) : known_(known) {}

    // `width`: the most that the part matches.
    void add(const Known& part, std::uint32_t width) {
      if (part.needed) keep_behind(width_, *part.needed);
      const std::uint32_t before = width_;
      width_ = add_widths(width_, width);
      if (!part.exact) return close({""}, width_);
      std::optional<Strings> longer = product(run_, *part.exact);
      if (longer) {
        run_ = std::move(*longer);
      } else {
        close(*part.exact, before);
      }
    }

    // What stands here once to `most` times: it ends this run, and its last time begins the next.
    void add_some(const Known& part, std::uint32_t width, std::uint32_t most) {
      if (part.needed) keep_behind(width_, *part.needed);  // the first time will do
      const std::uint32_t others = most == kNoMost ? kNoMost : most - 1;
      const std::uint32_t before_last = add_widths(width_, repeat_width(width, others));
      width_ = add_widths(before_last, width);
      if (!part.exact) return close({""}, width_);
      const std::optional<Strings> longer = product(run_, *part.exact);
      if (longer) run_ = *longer;
      close(*part.exact, before_last);
    }

    void finish() {
      keep_rarer(known_.needed, {run_, begin_});
      if (is_whole_) known_.exact = run_;
    }

   private:
    void keep_behind(std::uint32_t before, const Needed& needed) {
      keep_rarer(known_.needed, {needed.strings, add_widths(before, needed.most_before)});
    }

    // `begin`: the most bytes that stand before the run that begins with `next`.
    void close(Strings next, std::uint32_t begin) {
      keep_rarer(known_.needed, {run_, begin_});
      is_whole_ = false;
      run_ = std::move(next);
      begin_ = begin;
    }

    static std::optional<Strings> product(const Strings& left, const Strings& right) {
      if (left.size() * right.size() > kMostLiterals) return std::nullopt;
      Strings all;
      for (const std::string& first : left) {
        for (const std::string& second : right) {
          if (first.size() + second.size() > kLongestLiteral) return std::nullopt;
          all.insert(first + second);
        }
      }
      return all;
    }

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

  Known look_at_sequence(const OutlineNode& node) {
    Known known;
    Run run(known);
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

  Known look_at_alternation(const OutlineNode& node) {
    Known known = {Strings(), Needed()};
    for (const OutlineNode& part : node.parts) {
      const Known branch = look_at(part);
      std::optional<Needed> needed = branch.needed;
      if (branch.exact) keep_rarer(needed, {*branch.exact, 0});
      unite_exact(known.exact, branch.exact);
      unite_needed(known.needed, needed);
    }
    return known;
  }

  // Where they are too many, what they begin with is fewer and needed just as well.
  static void unite_needed(std::optional<Needed>& all, const std::optional<Needed>& more) {
    if (!all || !more) return all.reset();
    Strings& strings = all->strings;
    strings.insert(more->strings.begin(), more->strings.end());
    all->most_before = std::max(all->most_before, more->most_before);
    for (std::size_t length = kLongestLiteral; strings.size() > kMostLiterals && length > 2;) {
      length -= length > 8 ? 4 : 1;
      Strings shorter;
      for (const std::string& string : strings) shorter.insert(string.substr(0, length));
      strings = std::move(shorter);
    }
    if (strings.size() > kMostLiterals) all.reset();
  }

  static void unite_exact(std::optional<Strings>& all, const std::optional<Strings>& more) {
    if (!all || !more || all->size() + more->size() > kMostLiterals) return all.reset();
    all->insert(more->begin(), more->end());
  }

  Known look_at_repeat(const OutlineNode& node) {
    if (node.most == 0) return {Strings{""}, std::nullopt};
    const Known part = look_at(node.parts.front());
    if (node.least == 0) {
      if (node.most != 1 || !part.exact) return {};
      Known known = {part.exact, std::nullopt};
      known.exact->insert("");
      return known;
    }
    const std::uint32_t width = most_width(node.parts.front());
    Known known;
    Run run(known);
    if (is_some(node)) {
      run.add_some(part, width, node.most);
    } else {
      for (std::uint32_t i = 0; i < node.least; ++i) run.add(part, width);
    }
    run.finish();
    if (is_some(node)) known.exact.reset();
    return known;
  }
};

}  // namespace

RequiredLiterals required_literals(const OutlineNode& outline) {
  Known known = LiteralFinder().look_at(outline);
  if (known.exact) LiteralFinder::keep_rarer(known.needed, {*known.exact, 0});
  RequiredLiterals required;
  if (!known.needed) return required;
  required.strings.assign(known.needed->strings.begin(), known.needed->strings.end());
  required.expected = expected_in_text(known.needed->strings);
  required.most_before = known.needed->most_before;
  return required;
}

}  // namespace secondlook
