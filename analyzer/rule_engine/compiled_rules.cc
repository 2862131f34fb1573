#include "analyzer/rule_engine/compiled_rules.h"

#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/rule_engine/meta_order.h"
#include "analyzer/rule_engine/patterns/database_cache.h"
#include "analyzer/rule_engine/patterns/pattern_text.h"
#include "analyzer/rule_engine/rules_at_rest.h"
#include "analyzer/rule_engine/stock_evals/uri_details.h"
#include "analyzer/rule_engine/usual_strings.h"

namespace secondlook {
namespace {

// Metas of metas of metas: what answers them recurses so deep.
constexpr std::size_t kMostLevels = 201;

bool has_pattern(const RuleDefinition& rule) {
  return rule.kind != RuleKind::meta && rule.kind != RuleKind::eval &&
         rule.kind != RuleKind::uri_detail && !rule.exists;
}

TextKind text_kind_of(RuleKind kind) {
  switch (kind) {
    case RuleKind::header: return TextKind::header;
    case RuleKind::mimeheader: return TextKind::mimeheader;
    case RuleKind::rawbody: return TextKind::rawbody;
    case RuleKind::uri: return TextKind::uri;
    case RuleKind::full: return TextKind::full;
    default: return TextKind::body;
  }
}

TextSource source_of(const RuleDefinition& rule) {
  TextSource source = text_source(text_kind_of(rule.kind), rule.field);
  source.normalised = rule.normalised;
  return source;
}

std::string label_of(const TextSource& source, const RuleDefinition& rule) {
  const std::string how = source.normalised ? "normalised " : "";
  if (source.kind == TextKind::header) return how + "header " + rule.field;
  if (source.kind == TextKind::mimeheader) return rule.field;
  return source.label();
}

class RuleCompiler {
 public:
  RuleCompiler(const SignalTable& signals, DatabaseCache& cache)
      : signals_(signals), cache_(cache) {}

  CompiledResult compile(std::vector<RuleDefinition> definitions) {
    for (RuleDefinition& definition : definitions) add_rule(std::move(definition));
    link_captured();
    link_metas();
    const auto& complaints = result_.complaints;
    if (std::none_of(complaints.begin(), complaints.end(), [](auto& c) { return c.fatal; })) {
      mark_wanted(result_.rules);
      for (auto& [source, group] : groups_) build_group(std::move(group));
      lay_to_rest(result_.rules);
      result_.facts.from_cache = cache_.all_from_cache();
    }
    return std::move(result_);
  }

 private:
  void complain(const RuleDefinition& rule, std::size_t column, std::string message,
                bool fatal = true) {
    result_.complaints.push_back({rule.file, rule.line, column, std::move(message), fatal});
  }

  void leave_out(CompiledRule& rule, const std::string& reason) {
    rule.runs = false;
    ++result_.facts.unsupported;
    complain(rule.definition, 1, "rule " + rule.definition.name + " is left out: " + reason, false);
  }

  void add_rule(RuleDefinition definition);
  void add_pattern(CompiledRule& rule, std::size_t index);
  bool read_places(CompiledRule& rule);
  void add_captures(CompiledRule& rule, std::size_t index, const ConfirmingPattern& pattern);
  std::size_t name_place(const std::string& name);
  void link_captured();
  void add_meta(CompiledRule& rule);
  void add_uri_detail(CompiledRule& rule);
  void link_metas();
  void order_linked_metas();
  void build_group(TextGroup group);
  Result<PatternGuards> build_guards(TextGroup& group, bool by_characters);

  TextGroup& group_for(const RuleDefinition& rule) {
    const TextSource source = source_of(rule);
    TextGroup& group = groups_[source];
    if (group.label.empty()) {
      group.source = source;
      group.label = label_of(source, rule);
    }
    return group;
  }

  const SignalTable& signals_;
  DatabaseCache& cache_;
  CompiledResult result_;
  std::map<TextSource, TextGroup> groups_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::map<std::string, std::size_t, std::less<>> captured_names_;  // CompiledRules::captured
};

void RuleCompiler::add_rule(RuleDefinition definition) {
  const std::size_t index = result_.rules.rules.size();
  CompiledRule& rule = result_.rules.rules.emplace_back();
  rule.definition = std::move(definition);
  const RuleDefinition& read = rule.definition;
  index_[read.name] = index;
  ++result_.facts.rules;
  rule.runs = !read.switched_off;
  // A pattern or expression must be right even where its rule does not run.
  if (has_pattern(read)) {
    add_pattern(rule, index);
  } else if (read.kind == RuleKind::meta) {
    add_meta(rule);
  } else if (read.kind == RuleKind::uri_detail) {
    add_uri_detail(rule);
  } else if (rule.runs && read.unsupported.empty() && read.exists) {
    group_for(read).exists.push_back(index);
  }
  if (!rule.runs) return;
  if (!read.unsupported.empty()) return leave_out(rule, read.unsupported);
  if (read.kind != RuleKind::eval) return;
  const auto signal = signals_.find(read.function);
  if (signal == signals_.end()) return leave_out(rule, "no eval function " + read.function + "()");
  rule.signal = signal->second;
}

void RuleCompiler::add_pattern(CompiledRule& rule, std::size_t index) {
  const RuleDefinition& read = rule.definition;
  if (!read_places(rule)) return;
  const TextSource source = source_of(read);
  const bool by_characters = source.is_decoded() && wants_characters(read.pattern.expression);
  PerlPattern pattern = read.pattern;
  if (!rule.places.empty()) pattern.expression = with_samples(pattern.expression, rule.places);
  Parsed<ConfirmingPattern> compiled = ConfirmingPattern::compile(pattern, by_characters);
  if (const auto* mistake = std::get_if<Mistake>(&compiled)) {
    if (mistake->is_limit) rule.definition.unsupported = "pattern too large, " + mistake->message;
    if (mistake->is_limit) return;
    return complain(read, read.pattern_column + mistake->offset, mistake->message);
  }
  if (!rule.runs || !read.unsupported.empty()) return;
  auto& confirm = std::get<ConfirmingPattern>(compiled);
  add_captures(rule, index, confirm);
  if (!read.unsupported.empty()) return;
  // A field that is not there is searched as if it were empty: `List-Id =~ /^$/` hits.
  PatternMatcher matcher;
  MatchSpan span;
  const bool found =
      confirm.find(read.if_unset.value_or(""), 0, matcher, span) == MatchAnswer::found;
  rule.value_if_absent = found != read.negated ? 1 : 0;
  rule.pattern = result_.rules.patterns.size();
  group_for(read).patterns.push_back(rule.pattern);
  result_.rules.patterns.push_back(
      {index, std::move(confirm), GuardKind::none, false, by_characters, 0});
}

// False: the rule is left out.
bool RuleCompiler::read_places(CompiledRule& rule) {
  RuleDefinition& read = rule.definition;
  Parsed<std::vector<TextPlace>> places = find_text_places(read.pattern.expression);
  if (const auto* mistake = std::get_if<Mistake>(&places)) {
    read.unsupported = mistake->message;
    return false;
  }
  rule.places = std::get<std::vector<TextPlace>>(std::move(places));
  for (const TextPlace& place : rule.places) rule.place_names.push_back(name_place(place.name));
  return true;
}

// What a pattern that is not found would have captured is nothing.
void RuleCompiler::add_captures(CompiledRule& rule, std::size_t index,
                                const ConfirmingPattern& pattern) {
  if (rule.definition.negated) return;
  for (const NamedGroup& group : pattern.named_groups()) {
    if (!is_captured_name(group.name) || group.number >= ConfirmingPattern::kMostGroups) continue;
    rule.captures.push_back({group.number, name_place(group.name)});
  }
  if (rule.captures.empty()) return;
  if (!rule.places.empty()) {
    rule.definition.unsupported = "captures text and searches for captured text at once";
    rule.captures.clear();
  }
  for (const CapturedGroup& each : rule.captures) {
    std::vector<std::size_t>& rules = result_.rules.captured[each.name].captured_by;
    if (rules.empty() || rules.back() != index) rules.push_back(index);
  }
}

std::size_t RuleCompiler::name_place(const std::string& name) {
  const auto [place, is_new] = captured_names_.try_emplace(name, captured_names_.size());
  if (is_new) result_.rules.captured.push_back({name, {}});
  return place->second;
}

void RuleCompiler::link_captured() {
  for (CompiledRule& rule : result_.rules.rules) {
    if (!rule.runs) continue;
    for (const std::size_t name : rule.place_names) {
      const CapturedName& captured = result_.rules.captured[name];
      if (!captured.captured_by.empty()) continue;
      leave_out(rule, "no rule captures %{" + captured.name + "}");
      break;
    }
  }
}

void RuleCompiler::add_meta(CompiledRule& rule) {
  Parsed<MetaExpression> meta = parse_meta_expression(rule.definition.expression);
  if (const auto* mistake = std::get_if<Mistake>(&meta)) {
    return complain(rule.definition, rule.definition.expression_column + mistake->offset,
                    mistake->message);
  }
  rule.meta = std::get<MetaExpression>(std::move(meta));
}

void RuleCompiler::add_uri_detail(CompiledRule& rule) {
  Parsed<SignalFunction> made = make_uri_detail_test(rule.definition.uri_conditions);
  if (const auto* mistake = std::get_if<Mistake>(&made)) {
    if (!mistake->is_limit) return complain(rule.definition, mistake->offset, mistake->message);
    rule.definition.unsupported = "pattern too large, " + mistake->message;
  } else if (rule.runs && rule.definition.unsupported.empty()) {
    rule.signal = std::get<SignalFunction>(std::move(made));
  }
}

void RuleCompiler::link_metas() {
  for (CompiledRule& rule : result_.rules.rules) {
    std::string missing;
    for (const std::string& name : rule.meta.names()) {
      const auto found = index_.find(name);
      rule.asks.push_back(found == index_.end() ? kNoRule : found->second);
      if (found == index_.end()) missing += " " + name;
    }
    for (const std::size_t name : rule.meta.needed()) {
      if (rule.asks[name] != kNoRule) rule.needs.push_back(rule.asks[name]);
    }
    if (rule.runs && !missing.empty()) {
      complain(rule.definition, rule.definition.expression_column,
               "meta " + rule.definition.name + " takes as 0, for there is no such rule:" + missing,
               false);
    }
  }
  order_linked_metas();
}

void RuleCompiler::order_linked_metas() {
  const std::vector<CompiledRule>& rules = result_.rules.rules;
  std::vector<std::vector<std::size_t>> asks(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!rules[i].runs) continue;
    std::copy_if(rules[i].asks.begin(), rules[i].asks.end(), std::back_inserter(asks[i]),
                 [](std::size_t part) { return part != kNoRule; });
  }
  const MetaOrder ordered = order_metas(asks);
  if (!ordered.cycle.empty()) {
    const RuleDefinition& first = rules[ordered.cycle.front()].definition;
    std::string path;
    for (const std::size_t rule : ordered.cycle) path += rules[rule].definition.name + " -> ";
    return complain(first, first.expression_column,
                    "meta rules ask for each other in a circle: " + path + first.name);
  }
  std::vector<std::size_t> levels(rules.size());
  for (const std::size_t index : ordered.order) {
    const RuleDefinition& read = rules[index].definition;
    for (const std::size_t part : asks[index]) {
      levels[index] = std::max(levels[index], levels[part] + 1);
    }
    if (levels[index] == kMostLevels) {
      complain(read, read.expression_column,
               "metas ask for one another over more than " + std::to_string(kMostLevels - 1) +
                   " levels");
    }
    if (rules[index].runs && read.kind == RuleKind::meta) result_.rules.metas.push_back(index);
  }
}

void RuleCompiler::build_group(TextGroup group) {
  CompiledRules& all = result_.rules;
  std::erase_if(group.patterns, [&](std::size_t pattern) {
    return !all.rules[all.patterns[pattern].rule].is_wanted;
  });
  std::erase_if(group.exists, [&](std::size_t rule) { return !all.rules[rule].is_wanted; });
  if (group.patterns.empty() && group.exists.empty()) return;
  for (const bool by_characters : {false, true}) {
    auto guards = build_guards(group, by_characters);
    if (!guards) {
      const RuleDefinition& first = all.rules[all.patterns[group.patterns.front()].rule].definition;
      return complain(first, 1, group.label + ": " + guards.error().message);
    }
    (by_characters ? group.by_characters : group.by_bytes) = std::move(*guards);
  }
  for (const std::size_t pattern : group.patterns) all.patterns[pattern].group = all.groups.size();
  all.groups.push_back(std::move(group));
}

Result<PatternGuards> RuleCompiler::build_guards(TextGroup& group, bool by_characters) {
  PatternGuardMaker maker(usual_strings(group.source));
  RuleSetFacts& facts = result_.facts;
  for (const std::size_t index : group.patterns) {
    CompiledPattern& pattern = result_.rules.patterns[index];
    if (pattern.by_characters != by_characters) continue;
    const CompiledRule& rule = result_.rules.rules[pattern.rule];
    PerlPattern read = rule.definition.pattern;
    if (!rule.places.empty()) read.expression = with_anything(read.expression, rule.places);
    pattern.guard = maker.add(read, by_characters, static_cast<std::uint32_t>(index));
    ++facts.patterns;
    ++(pattern.guard == GuardKind::literals  ? facts.by_literals
       : pattern.guard == GuardKind::outline ? facts.by_outline
                                             : facts.unguarded);
  }
  auto guards = maker.make(cache_);
  if (guards)
    for (const std::uint32_t pattern : guards->witnessed)
      result_.rules.patterns[pattern].has_witness = true;
  return guards;
}

}  // namespace

CompiledResult compile_rules(std::vector<RuleDefinition> definitions, const SignalTable& signals,
                             DatabaseCache& cache) {
  return RuleCompiler(signals, cache).compile(std::move(definitions));
}

namespace {

// T_ rules are there to be tried, and say so.
bool is_unscored(const RuleDefinition& rule) {
  return !rule.has_score_line && !rule.is_part() && !rule.name.starts_with("T_");
}

}  // namespace

const std::vector<BrandDomain>& brands_of(const CompiledRules& rules) {
  return rules.settings.brands;
}

std::vector<RuleSummary> list_rules(const CompiledRules& rules) {
  std::vector<RuleSummary> summaries;
  for (const CompiledRule& rule : rules.rules) {
    const RuleDefinition& read = rule.definition;
    summaries.push_back({read.name, std::string(name_of(read.kind)), read.description, read.file,
                         read.score, is_unscored(read), read.disposition, read.line,
                         read.description_ja});
  }
  return summaries;
}

}  // namespace secondlook
