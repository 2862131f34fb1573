// What lines say about a rule beside its test: `score`, `describe`, `tflags`, `disposition`. They
// may stand before or after the test, in other files too, and are laid over it at the end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/rule_engine/parser/mistake.h"
#include "analyzer/rule_engine/parser/rule_definition.h"

namespace secondlook {

struct RuleSettings {
  std::optional<double> score;
  std::string description, description_ja;
  std::optional<Disposition> disposition;
  bool multiple = false;
  std::uint32_t most_hits = UINT32_MAX;
  bool nice = false, network = false, no_subject = false, concatenated = false;
  bool normalised = false;
  std::string unsupported;  // a flag we do not follow
};

// Each reads the words after the rule's name; nothing when all is well.
// `score NAME 2.5`, `score NAME 1 2 3 4` (column `set` counts: 0 is SpamAssassin's set without
// network tests and Bayes, 1 with network, 2 with Bayes, 3 with both), `score NAME (0.5)` added to
// an earlier score. At most 1000 either way.
std::optional<Mistake> read_score(RuleSettings& settings, std::string_view value,
                                  std::uint32_t set = 0);
// Replaces the flags of earlier lines, as in SpamAssassin. Unknown flags mean nothing to us.
std::optional<Mistake> read_flags(RuleSettings& settings, std::string_view value);
std::optional<Mistake> read_disposition(RuleSettings& settings, std::string_view value);

// Without a score line: 1, 0.01 for T_ rules, negative for nice ones, 0 for parts (__).
void apply_settings(RuleDefinition& rule, const RuleSettings& settings);

}  // namespace secondlook
