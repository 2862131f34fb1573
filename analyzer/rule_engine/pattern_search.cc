#include "analyzer/rule_engine/pattern_search.h"

#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/patterns/pattern_text.h"

namespace secondlook {
namespace {

bool is_inside_character(std::string_view text, std::size_t offset) {
  return offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xc0) == 0x80;
}

// As Perl's /g: behind the match, one character on when it was empty.
std::size_t next_start(std::string_view subject, const MatchSpan& span) {
  if (span.end > span.begin) return span.end;
  std::size_t next = span.end + 1;
  while (is_inside_character(subject, next)) ++next;
  return next;
}

}  // namespace

PatternSearch::PatternSearch(const CompiledRules& rules, ScanFindings& findings)
    : rules_(rules), findings_(findings) {
  for (const TextGroup& group : rules.groups) {
    texts_.push_back(
        {false, {}, {}, false, false, GuardScan(group.by_bytes), GuardScan(group.by_characters)});
    for (const PatternGuards* guards : {&group.by_bytes, &group.by_characters}) {
      if (guards->database.is_empty() || !ready_) continue;
      ready_ = scratch_.grow_for(guards->database);
    }
  }
}

std::string_view PatternSearch::GroupText::bytes_for(bool by_characters) {
  if (!by_characters) return text.bytes;
  if (!is_checked) {
    is_checked = true;
    if (!is_utf8(text.bytes)) repaired = with_valid_utf8(text.bytes);
  }
  return repaired.empty() ? text.bytes : std::string_view(repaired);
}

Result<void> PatternSearch::propose(const ScanContext& context) {
  if (!ready_) return ready_.error();
  context_ = &context;
  matcher_.begin_message(context.message.bytes.size());
  proposals_.begin_message(rules_.patterns.size());
  captured_.begin_message(rules_.captured.size());
  witnessed_in_.resize(rules_.patterns.size(), 0);
  if (++message_ == 0) {  // all numbers were used
    std::fill(witnessed_in_.begin(), witnessed_in_.end(), 0);
    message_ = 1;
  }
  for (std::size_t i = 0; i < rules_.groups.size(); ++i) {
    const TextGroup& group = rules_.groups[i];
    texts_[i].is_made = false;
    if (group.on_demand) continue;
    make(i);
    if (!texts_[i].text.present) {
      set_absent(group);
      continue;
    }
    for (const std::size_t rule : group.exists) findings_.set_range(rule, ValueRange::of(1));
    if (auto done = look_at(i); !done) return done;
    if (!texts_[i].guards_failed) continue;
    for (const std::size_t pattern : group.patterns) open(pattern);
  }
  for (const std::uint32_t pattern : proposals_.patterns())
    if (!lacks_witness(pattern)) open(pattern);
  return {};
}

void PatternSearch::make(std::size_t group) {
  GroupText& made = texts_[group];
  made.text.clear();
  made.repaired.clear();
  made.is_checked = made.guards_failed = false;
  made.is_made = true;
  make_text(rules_.groups[group].source, *context_, made.text);
}

// The guards' look at a text that is there.
Result<void> PatternSearch::look_at(std::size_t group) {
  GroupText& made = texts_[group];
  if (made.text.is_cut) {
    findings_.note_error(rules_.groups[group].label + ": only its beginning was searched");
  }
  if (made.text.pieces.empty()) return {};
  for (const bool by_characters : {false, true}) {
    if (auto done = propose_in(group, by_characters); !done) return done;
  }
  made.guards_failed = made.guards_failed || proposals_.is_full();
  return {};
}

void PatternSearch::set_absent(const TextGroup& group) {
  for (const std::size_t pattern : group.differs_if_absent) {
    const std::size_t rule = rules_.patterns[pattern].rule;
    if (rules_.rules[rule].places.empty()) {
      findings_.set_range(rule, ValueRange::of(rules_.rules[rule].value_if_absent));
    } else {
      open(pattern);
    }
  }
}

void PatternSearch::open(std::size_t pattern) {
  const std::size_t rule = rules_.patterns[pattern].rule;
  findings_.set_range(rule, CompiledPattern::possible(rules_.rules[rule].definition));
}

Result<void> PatternSearch::propose_in(std::size_t number, bool by_characters) {
  const TextGroup& group = rules_.groups[number];
  const PatternGuards& guards = by_characters ? group.by_characters : group.by_bytes;
  if (guards.is_empty()) return {};
  GroupText& made = texts_[number];
  const auto& pieces = made.text.pieces;
  std::size_t last = 0;  // the piece of the last proposal; the next is mostly there too
  const PatternGuards::OnProposal note = [&](std::uint32_t pattern, std::size_t from,
                                             std::size_t to) {
    if (to < pieces[last].begin || to >= pieces[last].end) last = made.text.piece_at(to);
    proposals_.add(pattern, {static_cast<std::uint32_t>(last),
                             static_cast<std::uint32_t>(std::max(from, pieces[last].begin)),
                             static_cast<std::uint32_t>(to)});
  };
  GuardScan& scan = by_characters ? made.characters_scan : made.bytes_scan;
  const std::string_view text = made.bytes_for(by_characters);
  const auto note_witness = [&](std::uint32_t pattern) { witnessed_in_[pattern] = message_; };
  const auto done = guards.propose(text, scratch_, scan, note, note_witness);
  if (!done) return within(group.label, done.error());
  if (!*done) made.guards_failed = true;
  for (const TextPiece& piece : pieces) {
    if (made.guards_failed) break;
    made.guards_failed = !guards.propose_beginnings(text, piece.begin, piece.end, scan, note);
  }
  return {};
}

void PatternSearch::decide(std::size_t number) {
  const CompiledPattern& pattern = rules_.patterns[number];
  const RuleDefinition& rule = rules_.rules[pattern.rule].definition;
  GroupText& group = texts_[pattern.group];
  if (!group.is_made) {
    make(pattern.group);
    // Guards that cannot run are no reason to be silent: the pattern is tried everywhere.
    if (group.text.present && !look_at(pattern.group)) group.guards_failed = true;
  }
  std::optional<ConfirmingPattern> with_captured;
  if (!rules_.rules[pattern.rule].places.empty()) {
    if (lacks_captured(pattern, group)) return findings_.decide(pattern.rule, rule.negated ? 1 : 0);
    with_captured = filled(pattern);
    if (!with_captured) return findings_.decide(pattern.rule, 0);
  }
  const ConfirmingPattern& confirm = with_captured ? *with_captured : pattern.confirm;
  if (!group.text.present) return decide_absent(pattern, confirm);
  const auto& pieces = group.text.pieces;
  const std::uint32_t first = rule.no_subject ? 1 : 0;
  Count count = {&confirm, rule.multiple && !rule.negated ? rule.most_hits : 1, 0, false};
  if (pattern.guard == GuardKind::none || group.guards_failed) {
    for (std::uint32_t i = first; i < pieces.size() && count.is_open(); ++i) {
      std::size_t from = 0;
      search(pattern, group, {i, 0, Proposals::kNoEnd}, from, count);
    }
  } else if (!lacks_witness(number)) {
    std::size_t from = 0;  // in the piece: behind the last match
    std::uint32_t last = first;
    for (const Proposals::Window& window :
         proposals_.windows_of(static_cast<std::uint32_t>(number))) {
      if (!count.is_open()) break;
      if (window.piece < first) continue;
      if (window.piece != last) from = 0;
      last = window.piece;
      search(pattern, group, window, from, count);
    }
  }
  if (count.is_limited) findings_.note_error("rule " + rule.name + ": match limit reached");
  // Neither does a !~ rule hit because its pattern could not be searched.
  if (count.is_limited && rule.negated) count.found = 1;
  findings_.decide(pattern.rule, rule.negated ? (count.found == 0 ? 1 : 0) : count.found);
}

// `from`: where in the piece the next match may begin; moves on behind each match.
void PatternSearch::search(const CompiledPattern& pattern, GroupText& group,
                           const Proposals::Window& window, std::size_t& from, Count& count) {
  const TextPiece& piece = group.text.pieces[window.piece];
  const std::string_view subject =
      group.bytes_for(pattern.by_characters).substr(piece.begin, piece.end - piece.begin);
  // One that was made of captured text is not compiled to machine code, and one link of a hundred
  // holds it.
  const CompiledRule& rule = rules_.rules[pattern.rule];
  if (!rule.places.empty() && !pattern.by_characters && lacks_needed(rule, subject)) return;
  const bool everywhere = window.to == Proposals::kNoEnd;
  const std::size_t last = everywhere ? ConfirmingPattern::kAnywhere : window.to - piece.begin;
  if (!everywhere) from = std::max(from, window.from - piece.begin);
  while (pattern.by_characters && is_inside_character(subject, from)) ++from;
  MatchSpan span;
  while (count.is_open() && from <= std::min(subject.size(), last)) {
    const MatchAnswer answer = find_timed(pattern, *count.confirm, subject, from, last, span);
    count.is_limited = answer == MatchAnswer::limit_reached;
    if (answer != MatchAnswer::found) return;
    ++count.found;
    keep_evidence(pattern, piece, subject, span);
    keep_captured(pattern, subject);
    from = next_start(subject, span);
  }
}

MatchAnswer PatternSearch::find(const CompiledPattern& pattern, const ConfirmingPattern& confirm,
                                std::string_view subject, std::size_t from, std::size_t last,
                                MatchSpan& span) {
  if (rules_.rules[pattern.rule].captures.empty()) {
    return confirm.find(subject, from, matcher_, span, last);
  }
  const MatchAnswer answer = confirm.find_groups(subject, from, matcher_, groups_, last);
  if (answer == MatchAnswer::found) span = *groups_.front();
  return answer;
}

MatchAnswer PatternSearch::find_timed(const CompiledPattern& pattern,
                                      const ConfirmingPattern& confirm, std::string_view subject,
                                      std::size_t from, std::size_t last, MatchSpan& span) {
  if (costs_ == nullptr) return find(pattern, confirm, subject, from, last, span);
  const std::uint64_t begin = costs_->nanoseconds_now();
  const MatchAnswer answer = find(pattern, confirm, subject, from, last, span);
  RuleCosts::Cost& cost = costs_->costs[pattern.rule];
  cost.nanoseconds += costs_->nanoseconds_now() - begin;
  ++cost.searches;
  return answer;
}

bool PatternSearch::lacks_witness(std::size_t pattern) const {
  return rules_.patterns[pattern].has_witness && witnessed_in_[pattern] != message_ &&
         !texts_[rules_.patterns[pattern].group].guards_failed;
}

// A text that every match has to contain was captured and stands nowhere: most mails' links do not
// name their recipient, and making and running the pattern costs more than all their other rules.
bool PatternSearch::lacks_captured(const CompiledPattern& pattern, const GroupText& group) const {
  const CompiledRule& rule = rules_.rules[pattern.rule];
  // Caseless characters fold beyond ASCII (the Kelvin sign is a k).
  if (!group.text.present || pattern.by_characters) return false;
  for (const std::size_t name : rule.place_names)
    if (captured_.of(name).empty()) return false;
  return lacks_needed(rule, group.text.bytes);
}

bool PatternSearch::lacks_needed(const CompiledRule& rule, std::string_view text) const {
  for (std::size_t i = 0; i < rule.places.size(); ++i) {
    const auto& texts = captured_.of(rule.place_names[i]);
    if (rule.places[i].is_needed && std::none_of(texts.begin(), texts.end(), [&](const auto& one) {
          return contains_ignoring_case(text, one);
        }))
      return true;
  }
  return false;
}

// The pattern with what other rules captured in its places; nothing where one of them has nothing:
// such a rule is not run.
std::optional<ConfirmingPattern> PatternSearch::filled(const CompiledPattern& pattern) {
  const CompiledRule& rule = rules_.rules[pattern.rule];
  std::vector<const std::vector<std::string>*> texts;
  for (const std::size_t name : rule.place_names) {
    if (captured_.of(name).empty()) return std::nullopt;
    texts.push_back(&captured_.of(name));
  }
  PerlPattern written = rule.definition.pattern;
  written.expression = with_texts(written.expression, rule.places, texts);
  if (pattern.by_characters) written.expression = with_valid_utf8(written.expression);
  Parsed<ConfirmingPattern> compiled =
      ConfirmingPattern::compile(written, pattern.by_characters, false);
  if (auto* ready = std::get_if<ConfirmingPattern>(&compiled)) return std::move(*ready);
  findings_.note_error("rule " + rule.definition.name + ": no pattern with what was captured");
  return std::nullopt;
}

void PatternSearch::decide_absent(const CompiledPattern& pattern,
                                  const ConfirmingPattern& confirm) {
  const CompiledRule& rule = rules_.rules[pattern.rule];
  if (rule.places.empty()) return findings_.decide(pattern.rule, rule.value_if_absent);
  MatchSpan span;
  const MatchAnswer answer = confirm.find(rule.definition.if_unset.value_or(""), 0, matcher_, span);
  const MatchAnswer wanted = rule.definition.negated ? MatchAnswer::absent : MatchAnswer::found;
  findings_.decide(pattern.rule, answer == wanted ? 1 : 0);
}

void PatternSearch::keep_captured(const CompiledPattern& pattern, std::string_view subject) {
  const CompiledRule& rule = rules_.rules[pattern.rule];
  bool all_kept = true;
  for (const CapturedGroup& each : rule.captures) {
    if (each.group >= groups_.size() || !groups_[each.group]) continue;
    const MatchSpan& span = *groups_[each.group];
    if (!captured_.add(each.name, subject.substr(span.begin, span.end - span.begin)))
      all_kept = false;
  }
  if (!all_kept) findings_.note_error("rule " + rule.definition.name + ": captured text left out");
}

void PatternSearch::keep_evidence(const CompiledPattern& pattern, const TextPiece& piece,
                                  std::string_view subject, const MatchSpan& span) {
  if (!findings_.has_room_for_evidence(pattern.rule)) return;
  const TextGroup& group = rules_.groups[pattern.group];
  const bool counts_alone = !piece.part.empty() || group.source.kind == TextKind::uri;
  const std::string where =
      piece.part.empty() ? group.label : "part " + std::string(piece.part) + " " + group.label;
  findings_.add_evidence(pattern.rule, where, (counts_alone ? 0 : piece.begin) + span.begin,
                         subject.substr(span.begin, span.end - span.begin));
}

}  // namespace secondlook
