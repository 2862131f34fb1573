// All patterns over all texts of one message: first the guards, over every text, then PCRE2 for
// single patterns, as they are asked for.
#pragma once

#include <memory>
#include <optional>

#include "analyzer/rule_engine/captured_texts.h"
#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/proposals.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/scan_findings.h"

namespace secondlook {

// Belongs to one thread; keeps its memory from message to message.
class PatternSearch {
 public:
  // Both must outlive it.
  PatternSearch(const CompiledRules& rules, ScanFindings& findings);

  // From now on `costs`, which has a place for each rule, is added to; it must outlive this.
  void measure(RuleCosts* costs) { costs_ = costs; }

  // Makes the texts and sets the range of every rule that is not at rest. What `context` points at
  // must stay until the last decide(). temporary, internal: guards that cannot run.
  Result<void> propose(const ScanContext& context);

  // Counts matches as the rule wants them, one or every one up to its most; decides its rule. The
  // rules that capture the text it searches for have to be decided before.
  void decide(std::size_t pattern);

 private:
  // A text, and what a thread needs to search it.
  struct GroupText {
    bool is_made = false;
    SearchedText text;
    std::string repaired;  // for character patterns, where it is no UTF-8
    bool is_checked = false;
    bool guards_failed = false;
    GuardScan bytes_scan, characters_scan;

    std::string_view bytes_for(bool by_characters);
  };
  // The matches of one pattern, as far as they were found.
  struct Count {
    const ConfirmingPattern* confirm = nullptr;
    std::uint32_t wanted = 0, found = 0;
    bool is_limited = false;
    bool is_open() const { return found < wanted && !is_limited; }
  };

  void make(std::size_t group);
  Result<void> look_at(std::size_t group);
  Result<void> propose_in(std::size_t group, bool by_characters);
  void set_absent(const TextGroup& group);
  void open(std::size_t pattern);
  void search(const CompiledPattern& pattern, GroupText& group, const Proposals::Window& window,
              std::size_t& from, Count& count);
  MatchAnswer find(const CompiledPattern& pattern, const ConfirmingPattern& confirm,
                   std::string_view subject, std::size_t from, std::size_t last, MatchSpan& span);
  MatchAnswer find_timed(const CompiledPattern& pattern, const ConfirmingPattern& confirm,
                         std::string_view subject, std::size_t from, std::size_t last,
                         MatchSpan& span);
  // A string that every match has to contain stands nowhere in its text.
  bool lacks_witness(std::size_t pattern) const;
  bool lacks_captured(const CompiledPattern& pattern, const GroupText& group) const;
  // Of one captured text, or more, that every match has to contain, `text` has nothing.
  bool lacks_needed(const CompiledRule& rule, std::string_view text) const;
  std::optional<ConfirmingPattern> filled(const CompiledPattern& pattern);
  void decide_absent(const CompiledPattern& pattern, const ConfirmingPattern& confirm);
  void keep_captured(const CompiledPattern& pattern, std::string_view subject);
  void keep_evidence(const CompiledPattern& pattern, const TextPiece& piece,
                     std::string_view subject, const MatchSpan& span);

  const CompiledRules& rules_;
  ScanFindings& findings_;
  DatabaseScratch scratch_;
  PatternMatcher matcher_;
  Proposals proposals_;
  // By pattern: the number of the last message in which its witness stood.
  std::vector<std::uint32_t> witnessed_in_;
  std::uint32_t message_ = 0;
  CapturedTexts captured_;
  std::vector<std::optional<MatchSpan>> groups_;  // of the last match of a rule that captures
  std::vector<GroupText> texts_;                  // by group
  const ScanContext* context_ = nullptr;
  Result<void> ready_;
  RuleCosts* costs_ = nullptr;
};

}  // namespace secondlook
