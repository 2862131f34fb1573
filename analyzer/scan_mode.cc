#include <nlohmann/json.hpp>

#include "analyzer/scan_service.h"
#include "analyzer/service.h"
#include "analyzer/workshop.h"
#include "base/log.h"

namespace secondlook {
namespace {

int refuse(const Error& error) {
  // The tool prints it; one that is gone already needs no answer.
  [[maybe_unused]] const auto sent =
      send_frame(kScanDescriptor, static_cast<std::uint8_t>(ScanFrame::failed), error.message);
  return 2;
}

std::string ready_text(const LoadedRules& rules, bool scans_for_malware) {
  const nlohmann::json json = {{"rule_set", rules.facts.hash},
                               {"malware_scanning", scans_for_malware}};
  return json.dump();
}

}  // namespace

int run_scan(const Configuration& configuration, const AnalyzerCommand& command) {
  const SystemClock clock;
  auto rules = load_configured_rules(configuration, command.rules);
  if (!rules) return refuse(rules.error());
  auto host_lists = load_host_lists(configuration);
  if (!host_lists) return refuse(host_lists.error());
  const auto helpers = start_helpers(configuration);
  if (!helpers) return refuse(helpers.error());
  if (auto confined = confine_master(configuration, command.rules); !confined)
    return refuse(confined.error());
  auto pool = WorkerPool::start(pool_settings(configuration.analyzer),
                                make_analyse_job(configuration, *rules, *host_lists, nullptr, true),
                                helpers->connect(), clock);
  if (!pool) return refuse(pool.error());
  const auto told = send_frame(kScanDescriptor, static_cast<std::uint8_t>(ScanFrame::ready),
                               ready_text(*rules, helpers->malware.has_value()));
  if (!told) return 1;
  ScanService service(kScanDescriptor, *pool, {helpers->extract.control()});
  const auto done = service.run();
  if (!done) log_error("scan ends", {{"error", done.error().message}});
  return done ? 0 : 1;
}

}  // namespace secondlook
