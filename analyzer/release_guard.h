// Keeps a rule set from removing again what an operator released as a false positive: every
// released mail is judged by the new set, in workers as confined as any, before the set is taken.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"
#include "base/clock.h"
#include "base/result.h"
#include "schema/configuration.h"
#include "schema/released_mail.h"
#include "schema/verdict.h"

namespace secondlook {

struct GuardReport {
  // Said to people, one line a mail: which mail, its disposition, and the rules that weigh most.
  std::vector<std::string> removed_again;
  // Mails that could not be judged: their file is damaged, a worker died. They refuse nothing.
  std::vector<std::string> not_judged;
  // An operator accepted the rule set, or it is the one that the mails were released from: nothing
  // is refused.
  bool is_accepted = false;
};

// Judges the released mails with these rules, thresholds and the policy of each mail's tenant. A
// mail counts when its disposition's action is not `none`, in observe mode too. Mails whose
// removal was by this very rule set are told and refuse nothing. Without a directory of released
// mails: an empty report. Forks: call before starting threads.
Result<GuardReport> check_released_mails(const Configuration& configuration,
                                         const LoadedRules& rules, const Clock& clock);

// The complaint that refuses the rule set, with the mails' names and the way out; nothing when it
// may be taken.
Result<void> refuse_by(const GuardReport& report, const std::string& rule_set);

}  // namespace secondlook
