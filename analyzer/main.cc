// secondlook-analyzer: no network, no secrets. See README.md.
#include <cstdio>
#include <string>
#include <vector>

#include "analyzer/command_line.h"
#include "analyzer/message/kept_memory.h"
#include "analyzer/service.h"
#include "base/log.h"
#include "schema/process_figures.h"
#include "schema/process_notice.h"

using namespace secondlook;

namespace {

int refuse(const Error& error) {
  std::fprintf(stderr, "secondlook-analyzer: %s\n", error.message.c_str());
  return 2;
}

Result<void> set_up_log_as(const Configuration& configuration) {
  const auto format = parse_log_format(configuration.log_format);
  const auto level = parse_log_level(configuration.log_level);
  if (!format) return format.error();
  if (!level) return level.error();
  set_up_log("analyzer", *format, *level);
  return {};
}

}  // namespace

int main(int count, char** values) {
  keep_freed_memory();
  const int notice = take_notice_descriptor();
  const auto figures = take_figures_descriptors();
  const auto command = parse_command_line(std::vector<std::string>(values + 1, values + count));
  if (!command) return refuse(command.error());
  const auto configuration = find_configuration(command->config);
  if (!configuration) return refuse(configuration.error());
  if (auto set_up = set_up_log_as(*configuration); !set_up) return refuse(set_up.error());
  switch (command->mode) {
    case AnalyzerCommand::Mode::serve: return run_service(*configuration, notice, figures);
    case AnalyzerCommand::Mode::scan: return run_scan(*configuration, *command);
    case AnalyzerCommand::Mode::check_rules:
    case AnalyzerCommand::Mode::list_rules:
    case AnalyzerCommand::Mode::check_cases: return run_rules(*configuration, *command);
  }
  return 2;
}
