// How the tool starts the confined analyzer that looks at files.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/scan_session.h"
#include "schema/configuration.h"

namespace secondlook {

// `rules`: paths instead of the configured ones; none: the configured ones.
AnalyzerProgram scan_program(const Invocation& invocation, const Configuration& configuration,
                             const std::vector<std::string>& rules);

}  // namespace secondlook
