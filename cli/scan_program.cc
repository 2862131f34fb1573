#include "cli/scan_program.h"

#include "cli/child_process.h"

namespace secondlook {

AnalyzerProgram scan_program(const Invocation& invocation, const Configuration& configuration,
                             const std::vector<std::string>& rules) {
  AnalyzerProgram program{sibling_executable("secondlook-analyzer"), {"scan"}};
  if (!invocation.configuration_path.empty())
    program.arguments.insert(program.arguments.end(), {"--config", invocation.configuration_path});
  for (const std::string& path : rules)
    program.arguments.insert(program.arguments.end(), {"--rules", path});
  // Two tries, each at most ten times the CPU limit (DESIGN 2.3), and a minute for the rest.
  program.result_patience = std::chrono::seconds(configuration.analyzer.seconds_per_message) * 20 +
                            std::chrono::minutes(1);
  return program;
}

}  // namespace secondlook
