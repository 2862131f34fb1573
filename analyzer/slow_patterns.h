// What `secondlook rules check` says of the rules' cost: the dearest patterns over the built-in
// sample (rule_engine/sample_texts.h) and, where asked for, over the mails of a directory of cases.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/pattern_costs.h"
#include "base/result.h"

namespace secondlook {

// The bytes of every *.eml beneath `cases` ("": of none), in pieces, behind the sample. At most
// 1,000 mails, the first 256 KiB of each.
Result<std::vector<std::string>> measured_texts(const std::string& cases);

// The first `most` of measure_patterns(), and all that reached a limit. The process confines itself
// before, for good: no file can be opened afterwards.
Result<std::vector<PatternCost>> slowest_patterns(const LoadedRules& rules,
                                                  const std::vector<std::string>& texts,
                                                  std::size_t most);

std::string_view name_of(GuardKind guard);  // "behind_strings", "behind_beginnings", "everywhere"

// One line each, for people, as "  12.34  NAME  file:line  everywhere".
std::string table_of(const std::vector<PatternCost>& costs);

}  // namespace secondlook
