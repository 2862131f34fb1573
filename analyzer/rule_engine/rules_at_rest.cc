#include "analyzer/rule_engine/rules_at_rest.h"

#include <algorithm>

namespace secondlook {
namespace {

// Most metas are a rare part and a number of exceptions ("A && !B && !C"): B and C tell nothing as
// long as A is 0.
void await_parts(CompiledRules& all) {
  for (std::size_t place = 0; place < all.metas.size(); ++place) {
    const CompiledRule& meta = all.rules[all.metas[place]];
    const auto awaited = std::ranges::find_if(
        meta.needs, [&](std::size_t part) { return all.at_rest[part].is_zero(); });
    if (awaited != meta.needs.end()) {
      all.rules[*awaited].metas.push_back(place);
      continue;
    }
    for (const std::size_t part : meta.asks) {
      if (part != kNoRule) all.rules[part].metas.push_back(place);
    }
  }
}

void answer_metas(const CompiledRules& all, std::vector<ValueRange>& values) {
  for (const std::size_t meta : all.metas) {
    const CompiledRule& rule = all.rules[meta];
    values[meta] = rule.meta.answer(rule.asks, values).range;
  }
}

std::size_t count_open(const CompiledRules& all, const std::vector<ValueRange>& values) {
  const std::vector<std::size_t>& scored = all.scored;
  return static_cast<std::size_t>(std::count_if(
      scored.begin(), scored.end(), [&](std::size_t rule) { return !values[rule].is_known(); }));
}

// One text after the other, as long as all those left for later together open nothing.
void choose_on_demand(CompiledRules& all) {
  const std::size_t open = count_open(all, all.at_rest);
  for (TextGroup& group : all.groups) {
    if (!group.exists.empty()) continue;
    std::vector<ValueRange> values = all.at_rest;
    for (const std::size_t pattern : group.patterns) {
      const std::size_t rule = all.patterns[pattern].rule;
      values[rule] = CompiledPattern::possible(all.rules[rule].definition);
    }
    answer_metas(all, values);
    if (count_open(all, values) > open) continue;
    group.on_demand = true;
    all.at_rest = std::move(values);
  }
}

}  // namespace

void mark_wanted(CompiledRules& all) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < all.rules.size(); ++i) {
    CompiledRule& rule = all.rules[i];
    if (!rule.runs || rule.definition.score == 0) continue;
    all.scored.push_back(i);
    rule.is_wanted = true;
    open.push_back(i);
  }
  while (!open.empty()) {
    const std::size_t index = open.back();
    open.pop_back();
    const auto want = [&](std::size_t part) {
      if (part == kNoRule || !all.rules[part].runs || all.rules[part].is_wanted) return;
      all.rules[part].is_wanted = true;
      open.push_back(part);
    };
    std::for_each(all.rules[index].asks.begin(), all.rules[index].asks.end(), want);
    for (const std::size_t name : all.rules[index].place_names) {
      const std::vector<std::size_t>& rules = all.captured[name].captured_by;
      std::for_each(rules.begin(), rules.end(), want);
    }
  }
  std::erase_if(all.metas, [&](std::size_t meta) { return !all.rules[meta].is_wanted; });
}

void lay_to_rest(CompiledRules& all) {
  all.at_rest.resize(all.rules.size());
  for (std::size_t i = 0; i < all.rules.size(); ++i) {
    const CompiledRule& rule = all.rules[i];
    if (!rule.is_wanted) continue;
    if (rule.signal) all.at_rest[i] = {0, 1};
    if (rule.pattern == kNoRule) continue;
    // Without the text that it searches for even a !~ rule does not hit.
    const bool is_open = rule.definition.negated && !rule.places.empty();
    all.at_rest[i] = all.patterns[rule.pattern].guard == GuardKind::none || is_open
                         ? CompiledPattern::possible(rule.definition)
                         : ValueRange::of(rule.definition.negated ? 1 : 0);
  }
  for (TextGroup& group : all.groups) {
    for (const std::size_t pattern : group.patterns) {
      const std::size_t rule = all.patterns[pattern].rule;
      const bool is_open = !all.rules[rule].places.empty();
      if (!is_open && all.at_rest[rule] == ValueRange::of(all.rules[rule].value_if_absent)) {
        continue;
      }
      group.differs_if_absent.push_back(pattern);
    }
  }
  answer_metas(all, all.at_rest);
  choose_on_demand(all);
  await_parts(all);
}

}  // namespace secondlook
