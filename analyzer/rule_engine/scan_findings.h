// What one message showed: each rule's value, the places where patterns matched, and in the end
// the hits. Reused from message to message.
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

  // Forgets the last message. `rules` must outlive this message.
  void begin_message(const CompiledRules& rules);

  // A rule's value is the number of its hits, a meta's that of its expression; 0: no hit.
  void set_value(std::size_t rule, double value) { values_[rule] = value; }
  void add_evidence(std::size_t rule, std::string_view where, std::uint64_t offset,
                    std::string_view text);
  void note_error(std::string error);

  void evaluate_metas();

  // The scored rules with a value, highest score first. A meta shows the evidence of the parts
  // that made it true.
  ScanOutcome outcome();

 private:
  std::vector<Evidence> evidence_of(std::size_t rule) const;

  const CompiledRules* rules_ = nullptr;
  std::vector<double> values_;
  std::vector<std::vector<Evidence>> evidence_;
  std::vector<std::size_t> with_evidence_;
  std::vector<std::string> errors_;
};

}  // namespace secondlook
