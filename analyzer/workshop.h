// What both the service and a scan need before they confine themselves: rules compiled, malware
// helper started, settings of the workers, and the function that the workers run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/helper_process.h"
#include "analyzer/host_lists.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/rule_source.h"
#include "analyzer/rule_times.h"
#include "analyzer/worker_pool.h"
#include "base/confinement.h"
#include "base/result.h"
#include "schema/configuration.h"

namespace secondlook {

// The paths given, else the configured ones.
Result<RuleSources> read_configured_rules(const Configuration& configuration);
// What these hold, read by whom and when ever.
Result<LoadedRules> load_read_rules(const Configuration& configuration, const RuleSources& sources);
Result<LoadedRules> load_configured_rules(const Configuration& configuration,
                                          const std::vector<std::string>& instead);

// Null when none are configured. What of them is no entry is told to the log.
Result<std::shared_ptr<const HostLists>> load_host_lists(const Configuration& configuration);

// The programs that stand beside this executable and open what strangers wrote.
struct RunningHelpers {
  std::optional<HelperProcess> malware;  // nothing when no database is configured
  HelperProcess extract;

  // For the pool; this must outlive it.
  HelperConnections connect() const;
};
Result<RunningHelpers> start_helpers(const Configuration& configuration);

PoolSettings pool_settings(const AnalyzerSettings& settings);

// Takes copies; host_lists may be null, times too: then no rule is measured. `is_scan`: mails
// without a report are judged, own domains are those of all tenants.
MakeAnalyseJob make_analyse_job(const Configuration& configuration, const LoadedRules& rules,
                                std::shared_ptr<const HostLists> host_lists,
                                std::shared_ptr<RuleTimes> times, bool is_scan);

// The master forks workers and opens segments that ingest makes; nothing else. What of the list the
// kernel does not offer is an error when [security] require_confinement asks for all of it.
Result<ConfinementReport> confine_master(const Configuration& configuration,
                                         const std::vector<std::string>& rules);

}  // namespace secondlook
