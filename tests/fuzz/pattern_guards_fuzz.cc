// A pattern, a line feed, a text: wherever PCRE2 finds the pattern, its guard must have proposed
// that it begins there, and told of its witness.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "analyzer/rule_engine/patterns/confirming_pattern.h"
#include "analyzer/rule_engine/patterns/database_cache.h"
#include "analyzer/rule_engine/patterns/pattern_guards.h"
#include "analyzer/rule_engine/patterns/pattern_text.h"

using namespace secondlook;

namespace {

// Whether the guards let a match begin at `begin`.
bool is_proposed(const PatternGuards& guards, const std::string& text, std::size_t begin) {
  DatabaseScratch scratch;
  if (!guards.database.is_empty() && !scratch.grow_for(guards.database)) return true;
  GuardScan scan(guards);
  bool proposed = false;
  const PatternGuards::OnProposal note = [&](auto, auto from, auto to) {
    if (from > to || to > text.size()) std::abort();
    proposed = proposed || (from <= begin && begin <= to);
  };
  bool has_witness = guards.witnessed.empty();
  const auto done = guards.propose(text, scratch, scan, note, [&](auto) { has_witness = true; });
  if (!done || !*done) return true;
  if (!has_witness) return false;
  if (proposed) return true;
  return !guards.propose_beginnings(text, 0, text.size(), scan, note) || proposed;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 4096) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t line_feed = input.find('\n');
  if (line_feed == input.npos) return 0;
  PerlPattern pattern;
  pattern.expression = input.substr(0, line_feed);
  pattern.caseless = data[0] & 1;
  pattern.extended = data[0] & 2;
  pattern.dot_all = data[0] & 4;
  pattern.multi_line = data[0] & 8;
  const bool by_characters = (data[0] & 16) && is_utf8(pattern.expression);
  std::string text(input.substr(line_feed + 1));
  if (by_characters) text = with_valid_utf8(text);
  const auto compiled = ConfirmingPattern::compile(pattern, by_characters);
  const auto* confirm = std::get_if<ConfirmingPattern>(&compiled);
  if (confirm == nullptr) return 0;
  PatternMatcher matcher;
  MatchSpan span;
  if (confirm->find(text, 0, matcher, span) != MatchAnswer::found) return 0;
  PatternGuardMaker maker;
  if (maker.add(pattern, by_characters, 0) == GuardKind::none) return 0;
  DatabaseCache no_cache("");
  const auto guards = maker.make(no_cache);
  if (!guards) return 0;
  // \\K moves the beginning that is told away from where the match began.
  if (pattern.expression.find("\\K") != std::string::npos) return 0;
  if (!is_proposed(*guards, text, span.begin)) std::abort();
  return 0;
}
