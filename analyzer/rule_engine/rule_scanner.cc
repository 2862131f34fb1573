#include <algorithm>
#include <utility>

#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/patterns/pattern_text.h"
#include "analyzer/rule_engine/proposals.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/scan_findings.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"

namespace secondlook {
namespace {

// What a scanner keeps from mail to mail.
struct ScanMemory {
  DatabaseScratch scratch;
  PatternMatcher matcher;
  Proposals proposals;
  RuleCosts* costs = nullptr;
};

// One text under its patterns.
class TextScan {
 public:
  TextScan(const CompiledRules& rules, const TextGroup& group, SearchedText& text,
           ScanMemory& memory, ScanFindings& findings)
      : rules_(rules), group_(group), text_(text), memory_(memory), findings_(findings) {}

  using OutlineScans = std::vector<OutlineScan>;

  // `bytes` and `characters`: of the group's outlines.
  Result<void> run(OutlineScans& bytes, OutlineScans& characters) {
    if (text_.is_cut) findings_.note_error(group_.label + ": only its beginning was searched");
    if (text_.pieces.empty()) return {};
    memory_.proposals.begin_text(rules_.patterns.size());
    if (auto done = propose(group_.by_bytes, bytes, false); !done) return done;
    if (auto done = propose(group_.by_characters, characters, true); !done) return done;
    if (guards_failed_ || memory_.proposals.is_full()) {
      for (const std::size_t pattern : group_.patterns) try_everywhere(pattern);
      return {};
    }
    const auto& proposals = memory_.proposals.sorted();
    for (std::size_t i = 0; i < proposals.size();) {
      std::size_t end = i + 1;
      while (end < proposals.size() && proposals[end].pattern == proposals[i].pattern) ++end;
      try_in(proposals[i].pattern, end - i,
             [&](std::size_t k) { return std::size_t{proposals[i + k].piece}; });
      i = end;
    }
    for (const std::size_t pattern : group_.unguarded) try_everywhere(pattern);
    return {};
  }

 private:
  Result<void> propose(const PatternGuards& guards, OutlineScans& outlines, bool by_characters) {
    if (!guards.literals.is_empty()) {
      const auto note = [&](unsigned literal, std::uint64_t end) {
        const auto piece = piece_before(end);
        for (const std::uint32_t pattern : guards.wanted_by[literal]) {
          memory_.proposals.add(pattern, piece);
        }
      };
      auto scanned = memory_.scratch.scan(guards.literals, bytes_for(by_characters), note);
      if (!scanned) return within(group_.label, scanned.error());
    }
    const auto note = [&](std::uint32_t pattern, std::size_t end) {
      memory_.proposals.add(pattern, piece_before(end));
    };
    for (OutlineScan& scan : outlines) {
      if (!scan.scan(bytes_for(by_characters), note)) guards_failed_ = true;
    }
    return {};
  }

  // The piece that holds the byte before `end`. Ends mostly grow.
  std::uint32_t piece_before(std::size_t end) {
    const auto& pieces = text_.pieces;
    const bool is_same = last_piece_ < pieces.size() && pieces[last_piece_].begin < end &&
                         end <= pieces[last_piece_].end;
    if (!is_same) last_piece_ = text_.piece_at(end - 1);
    return static_cast<std::uint32_t>(last_piece_);
  }

  std::string_view bytes_for(bool by_characters) {
    if (!by_characters) return text_.bytes;
    if (!is_checked_) {
      is_checked_ = true;
      if (!is_utf8(text_.bytes)) repaired_ = with_valid_utf8(text_.bytes);
    }
    return repaired_.empty() ? text_.bytes : std::string_view(repaired_);
  }

  void try_everywhere(std::size_t pattern) {
    try_in(pattern, text_.pieces.size(), [](std::size_t piece) { return piece; });
  }

  // Counts matches as the rule wants them: one, or every one up to its most.
  template <typename PieceOf>
  void try_in(std::size_t number, std::size_t pieces, const PieceOf& piece_of) {
    const CompiledPattern& pattern = rules_.patterns[number];
    const RuleDefinition& rule = rules_.rules[pattern.rule].definition;
    const std::uint32_t wanted = rule.multiple && !rule.negated ? rule.most_hits : 1;
    const std::size_t first = rule.no_subject ? 1 : 0;
    std::uint32_t count = 0;
    is_limited_ = false;
    for (std::size_t i = 0; i < pieces && count < wanted && !is_limited_; ++i) {
      const std::size_t piece = piece_of(i);
      if (piece >= first) count += search(pattern, piece, wanted - count);
    }
    if (is_limited_) findings_.note_error("rule " + rule.name + ": match limit reached");
    // Neither does a !~ rule hit because its pattern could not be searched.
    if (is_limited_ && rule.negated) count = 1;
    if (count == 0) return;
    findings_.set_value(pattern.rule, rule.negated ? 0 : count);
  }

  std::uint32_t search(const CompiledPattern& pattern, std::size_t index, std::uint32_t wanted) {
    const TextPiece& piece = text_.pieces[index];
    const std::string_view subject =
        bytes_for(pattern.by_characters).substr(piece.begin, piece.end - piece.begin);
    std::uint32_t count = 0;
    MatchSpan span;
    for (std::size_t from = 0; count < wanted && from <= subject.size();) {
      const MatchAnswer answer = find(pattern, subject, from, span);
      is_limited_ = is_limited_ || answer == MatchAnswer::limit_reached;
      if (answer != MatchAnswer::found) break;
      ++count;
      keep_evidence(pattern, piece, subject, span);
      from = next_start(subject, span);
    }
    return count;
  }

  MatchAnswer find(const CompiledPattern& pattern, std::string_view subject, std::size_t from,
                   MatchSpan& span) {
    if (memory_.costs == nullptr) {
      return pattern.confirm.find(subject, from, memory_.matcher, span);
    }
    const std::uint64_t begin = memory_.costs->nanoseconds_now();
    const MatchAnswer answer = pattern.confirm.find(subject, from, memory_.matcher, span);
    RuleCosts::Cost& cost = memory_.costs->costs[pattern.rule];
    cost.nanoseconds += memory_.costs->nanoseconds_now() - begin;
    ++cost.searches;
    return answer;
  }

  // As Perl's /g: behind the match, one character on when it was empty.
  static std::size_t next_start(std::string_view subject, const MatchSpan& span) {
    if (span.end > span.begin) return span.end;
    std::size_t next = span.end + 1;
    while (next < subject.size() && (static_cast<unsigned char>(subject[next]) & 0xc0) == 0x80) {
      ++next;
    }
    return next;
  }

  void keep_evidence(const CompiledPattern& pattern, const TextPiece& piece,
                     std::string_view subject, const MatchSpan& span) {
    const bool counts_alone = !piece.part.empty() || group_.source.kind == TextKind::uri;
    const std::string where =
        piece.part.empty() ? group_.label : "part " + std::string(piece.part) + " " + group_.label;
    findings_.add_evidence(pattern.rule, where, (counts_alone ? 0 : piece.begin) + span.begin,
                           subject.substr(span.begin, span.end - span.begin));
  }

  const CompiledRules& rules_;
  const TextGroup& group_;
  SearchedText& text_;
  ScanMemory& memory_;
  ScanFindings& findings_;
  std::string repaired_;
  bool is_checked_ = false;
  bool is_limited_ = false;
  bool guards_failed_ = false;
  std::size_t last_piece_ = 0;
};

}  // namespace

struct RuleScanner::State {
  struct GroupOutlines {
    std::vector<OutlineScan> bytes, characters;
  };

  std::shared_ptr<const CompiledRules> rules;
  ScanMemory memory;
  EvalPatterns patterns;
  std::vector<GroupOutlines> outlines;  // by group
  ScanFindings findings;
  Result<void> ready;

  void set_values_before_search(const TextGroup& group, bool present);
  Result<void> search_texts(const ScanContext& context);
  void ask_signals(const ScanContext& context);
};

std::vector<OutlineScan> scans_of(const std::vector<OutlineAutomaton>& automata) {
  std::vector<OutlineScan> scans;
  for (const OutlineAutomaton& automaton : automata) scans.emplace_back(automaton);
  return scans;
}

// Patterns that are not found leave these standing.
void RuleScanner::State::set_values_before_search(const TextGroup& group, bool present) {
  for (const std::size_t rule : group.exists) findings.set_value(rule, present ? 1 : 0);
  for (const std::size_t pattern : group.patterns) {
    const std::size_t index = rules->patterns[pattern].rule;
    const CompiledRule& rule = rules->rules[index];
    findings.set_value(index, present ? (rule.definition.negated ? 1 : 0) : rule.value_if_absent);
  }
}

Result<void> RuleScanner::State::search_texts(const ScanContext& context) {
  for (std::size_t i = 0; i < rules->groups.size(); ++i) {
    const TextGroup& group = rules->groups[i];
    SearchedText text;
    make_text(group.source, context, text);
    set_values_before_search(group, text.present);
    if (!text.present) continue;
    TextScan scan(*rules, group, text, memory, findings);
    if (auto done = scan.run(outlines[i].bytes, outlines[i].characters); !done) return done;
  }
  return {};
}

void RuleScanner::State::ask_signals(const ScanContext& context) {
  for (const std::size_t index : rules->signals) {
    const CompiledRule& rule = rules->rules[index];
    SignalResult result = rule.signal(context, rule.definition.arguments);
    if (!result.hit) continue;
    findings.set_value(index, 1);
    for (const Evidence& evidence : result.evidence) {
      findings.add_evidence(index, evidence.where, evidence.offset, evidence.text);
    }
  }
}

RuleScanner::RuleScanner(std::shared_ptr<const CompiledRules> rules)
    : state_(std::make_unique<State>()) {
  state_->rules = std::move(rules);
  for (const TextGroup& group : state_->rules->groups) {
    state_->outlines.push_back(
        {scans_of(group.by_bytes.outlines), scans_of(group.by_characters.outlines)});
    for (const PatternGuards* guards : {&group.by_bytes, &group.by_characters}) {
      if (guards->literals.is_empty() || !state_->ready) continue;
      state_->ready = state_->memory.scratch.grow_for(guards->literals);
    }
  }
}

void RuleScanner::measure(RuleCosts& costs) {
  costs.costs.resize(state_->rules->rules.size());
  state_->memory.costs = &costs;
}

RuleScanner::RuleScanner(RuleScanner&&) noexcept = default;
RuleScanner& RuleScanner::operator=(RuleScanner&&) noexcept = default;
RuleScanner::~RuleScanner() = default;

Result<ScanOutcome> RuleScanner::scan(const ScanContext& context) {
  if (!state_->ready) return state_->ready.error();
  state_->memory.matcher.begin_message(context.message.bytes.size());
  state_->patterns.begin_message(context.message.bytes.size());
  state_->findings.begin_message(*state_->rules);
  ScanContext shared = context;
  const MailFacts facts(shared, state_->rules->settings, state_->patterns);
  shared.facts = &facts;
  if (auto searched = state_->search_texts(shared); !searched) return searched.error();
  state_->ask_signals(shared);
  state_->findings.evaluate_metas();
  return state_->findings.outcome();
}

}  // namespace secondlook
