// What each engine thinks of the same mails, in the order of their labels.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"
#include "base/result.h"
#include "schema/verdict.h"
#include "tests/bench/detection_quality/labelled_mail.h"

namespace secondlook {

// Of our verdict what is counted.
struct JudgedMail {
  Disposition disposition = Disposition::unscanned;
  double suspicious_sum = 0;  // what counts towards suspicious, malicious included
  double whole_sum = 0;       // what counts towards anything
  std::vector<RuleHit> hits;  // without evidence
};

// Ours: each neutral mail as a journal report, with the thresholds as shipped, in this process.
Result<std::vector<JudgedMail>> judge_mails(const std::vector<LabelledMail>& mails,
                                            const LoadedRules& rules);

// Another engine's: lines of PATH, a tab and a score. An error where a mail has none.
Result<std::vector<double>> read_scores(const std::string& file,
                                        const std::vector<LabelledMail>& mails);

}  // namespace secondlook
