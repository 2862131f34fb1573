// What one message showed: what is known of each rule's value, the places where patterns matched,
// and in the end the hits. Reused from message to message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/compiled_rules.h"

namespace secondlook {

class ScanFindings {
 public:
  static constexpr std::size_t kMostEvidence = 5;         // of one rule
  static constexpr std::size_t kMostEvidenceBytes = 200;  // of one place
  static constexpr std::size_t kMostErrors = 100;
  // Bytes of all evidence of one mail, places' names and kRoomOfPlace each included. About 2,000
  // places: ordinary mails need a hundred at most, and a mail that lets every rule match five times
  // costs a worker 1 MiB and no more.
  static constexpr std::size_t kMostEvidenceOfMail = 1 << 20;
  static constexpr std::size_t kRoomOfPlace = 64;

  // Forgets the last message: all rules are at rest. `rules` must outlive this message.
  void begin_message(const CompiledRules& rules);

  // A rule's value is the number of its hits, a meta's that of its expression; 0: no hit.
  const ValueRange& range(std::size_t rule) const { return ranges_[rule]; }
  void set_range(std::size_t rule, const ValueRange& range);
  void decide(std::size_t rule, double value) { change(rule, ValueRange::of(value)); }

  // Whether a further place of this rule would be kept; asked before the work of telling it. Notes
  // that evidence is cut where only the mail's room is used up.
  bool has_room_for_evidence(std::size_t rule);
  void add_evidence(std::size_t rule, std::string_view where, std::uint64_t offset,
                    std::string_view text);
  void note_error(std::string error);

  // After all of set_range: what follows from it for metas, each looked at at most once.
  void narrow_metas();
  // Of a meta, from what is known now.
  MetaExpression::Answer answer(std::size_t meta) const;

  // The scored rules with a value that is known and not 0, highest score first. A meta shows the
  // evidence of the parts that made it true.
  ScanOutcome outcome();

 private:
  void change(std::size_t rule, const ValueRange& range) {
    ranges_[rule] = range;
    changed_.push_back(rule);
  }
  std::vector<Evidence> evidence_of(std::size_t rule) const;
  bool has_hit(std::size_t rule) const {
    return ranges_[rule].is_known() && !ranges_[rule].is_zero();
  }

  const CompiledRules* rules_ = nullptr;
  std::vector<ValueRange> ranges_;
  std::vector<std::size_t> changed_;       // rules that are, or were, not at rest: few of all
  std::vector<std::uint64_t> open_metas_;  // by place in CompiledRules::metas, a bit for each
  std::vector<std::vector<Evidence>> evidence_;
  std::vector<std::size_t> with_evidence_;
  std::size_t evidence_bytes_ = 0;
  bool evidence_cut_ = false;
  std::vector<std::string> errors_;
};

}  // namespace secondlook
