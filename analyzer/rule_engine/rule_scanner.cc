#include <algorithm>
#include <utility>

#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/patterns/pattern_text.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/scan_findings.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"

namespace secondlook {
namespace {

// A pattern that may match: Hyperscan said so, or nobody could say.
struct Proposal {
  std::size_t pattern = 0;
  std::size_t end = 0;  // of the match that was proposed
  bool has_end = false;
};

// One text under its patterns.
class TextScan {
 public:
  TextScan(const CompiledRules& rules, const TextGroup& group, SearchedText& text,
           PatternMatcher& matcher, ScanFindings& findings)
      : rules_(rules), group_(group), text_(text), matcher_(matcher), findings_(findings) {}

  Result<void> run(DatabaseScratch& scratch) {
    if (text_.is_cut) findings_.note_error(group_.label + ": only its beginning was searched");
    std::vector<Proposal> proposals;
    for (const PatternSet& set : group_.sets) {
      const auto note = [&](unsigned place, std::uint64_t end) {
        proposals.push_back({set.patterns[place], static_cast<std::size_t>(end), true});
      };
      const auto scanned = scratch.scan(set.database, bytes_for(set.by_characters), note);
      if (!scanned) return within(group_.label, scanned.error());
    }
    for (const std::size_t pattern : group_.pcre_only) proposals.push_back({pattern});
    for (const Proposal& proposal : proposals) confirm(proposal);
    return {};
  }

 private:
  std::string_view bytes_for(bool by_characters) {
    if (!by_characters) return text_.bytes;
    if (!is_checked_) {
      is_checked_ = true;
      if (!is_utf8(text_.bytes)) repaired_ = with_valid_utf8(text_.bytes);
    }
    return repaired_.empty() ? text_.bytes : std::string_view(repaired_);
  }

  // Counts matches as the rule wants them: one, or every one up to its most.
  void confirm(const Proposal& proposal) {
    const CompiledPattern& pattern = rules_.patterns[proposal.pattern];
    const RuleDefinition& rule = rules_.rules[pattern.rule].definition;
    const std::uint32_t wanted = rule.multiple && !rule.negated ? rule.most_hits : 1;
    std::uint32_t count = 0;
    const std::size_t first = rule.no_subject ? 1 : 0;
    const std::size_t likely =
        proposal.has_end ? text_.piece_at(proposal.end - (proposal.end > 0)) : text_.pieces.size();
    is_limited_ = false;
    if (wanted == 1 && likely >= first && likely < text_.pieces.size()) {
      count = search(pattern, likely, wanted);
    }
    for (std::size_t i = first; count < wanted && i < text_.pieces.size() && !is_limited_; ++i) {
      if (wanted > 1 || i != likely) count += search(pattern, i, wanted - count);
    }
    if (is_limited_) count = std::max(count, after_limit(pattern, rule));
    // Neither does a !~ rule hit because its pattern could not be searched.
    if (is_limited_ && rule.negated) count = 1;
    if (count == 0) return;
    findings_.set_value(pattern.rule, rule.negated ? 0 : count);
  }

  // Hyperscan's exact answer stands where PCRE2 gave up; a proposal does not.
  std::uint32_t after_limit(const CompiledPattern& pattern, const RuleDefinition& rule) {
    findings_.note_error("rule " + rule.name + ": match limit reached");
    return pattern.engine == PatternEngine::hyperscan && !group_.source.in_pieces() ? 1 : 0;
  }

  std::uint32_t search(const CompiledPattern& pattern, std::size_t index, std::uint32_t wanted) {
    const TextPiece& piece = text_.pieces[index];
    const std::string_view subject =
        bytes_for(pattern.by_characters).substr(piece.begin, piece.end - piece.begin);
    std::uint32_t count = 0;
    MatchSpan span;
    for (std::size_t from = 0; count < wanted && from <= subject.size();) {
      const MatchAnswer answer = pattern.confirm.find(subject, from, matcher_, span);
      is_limited_ = is_limited_ || answer == MatchAnswer::limit_reached;
      if (answer != MatchAnswer::found) break;
      ++count;
      keep_evidence(pattern, piece, subject, span);
      from = next_start(subject, span);
    }
    return count;
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
  PatternMatcher& matcher_;
  ScanFindings& findings_;
  std::string repaired_;
  bool is_checked_ = false;
  bool is_limited_ = false;
};

}  // namespace

struct RuleScanner::State {
  std::shared_ptr<const CompiledRules> rules;
  DatabaseScratch scratch;
  PatternMatcher matcher;
  EvalPatterns patterns;
  ScanFindings findings;
  Result<void> ready;

  void set_values_before_search(const TextGroup& group, bool present);
  Result<void> search_texts(const ScanContext& context);
  void ask_signals(const ScanContext& context);
};

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
  for (const TextGroup& group : rules->groups) {
    SearchedText text;
    make_text(group.source, context, text);
    set_values_before_search(group, text.present);
    if (!text.present) continue;
    TextScan scan(*rules, group, text, matcher, findings);
    if (auto done = scan.run(scratch); !done) return done;
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
    for (const PatternSet& set : group.sets) {
      if (state_->ready) state_->ready = state_->scratch.grow_for(set.database);
    }
  }
}

RuleScanner::RuleScanner(RuleScanner&&) noexcept = default;
RuleScanner& RuleScanner::operator=(RuleScanner&&) noexcept = default;
RuleScanner::~RuleScanner() = default;

Result<ScanOutcome> RuleScanner::scan(const ScanContext& context) {
  if (!state_->ready) return state_->ready.error();
  state_->matcher.begin_message();
  state_->patterns.begin_message();
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
