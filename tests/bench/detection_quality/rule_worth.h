// Whether a rule pays: how often it hits phish and ham, and what would be lost without it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"
#include "tests/bench/detection_quality/labelled_mail.h"
#include "tests/bench/detection_quality/mail_scores.h"

namespace secondlook {

struct RuleWorth {
  std::string rule;
  std::string signal;  // that the rule asks by eval:, if any
  std::size_t in_phish = 0, in_passed = 0, in_modern_ham = 0, in_older_ham = 0;
  // Mails no longer suspicious or malicious if the rule's own score were gone; what it does by way
  // of metas does not show here.
  std::size_t decides_phish = 0, decides_ham = 0;

  double precision() const;  // of the phish and modern ham that it hits, the share of phish
  // Precision by the share of phish in all that is compared: 1 tells nothing.
  double lift(std::size_t phish, std::size_t modern_ham) const;
};

// Of each of `rules`; hits of parts (`__X`) are seen when the mails were judged with scored parts.
std::vector<RuleWorth> weigh_rules(const CompiledRules& rules,
                                   const std::vector<LabelledMail>& mails,
                                   const std::vector<JudgedMail>& judged);

// Those that hit, the most hits in phish first; then the names of the others.
void print_rule_worth(std::vector<RuleWorth> worth, const std::vector<LabelledMail>& mails);

}  // namespace secondlook
