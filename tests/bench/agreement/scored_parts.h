// Rules of which every hit can be seen: an outcome lists scored rules only, so that parts of metas
// (`__X`) get a score that no sum of mails shows.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

// As load_rules() does it; what is fatal refuses all. `functions`: all that eval: may ask for.
Result<CompiledResult> compile_with_scored_parts(const std::vector<std::string>& paths,
                                                 const SignalTable& functions,
                                                 const std::string& cache_directory);

}  // namespace secondlook
