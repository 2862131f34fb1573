#include "notify/metrics_page.h"

#include "notify/stage_lag.h"

namespace secondlook {

std::string metrics_page(const Observations& seen) {
  MetricList list;
  add_process_metrics(list, seen);
  add_reception_metrics(list, seen);
  add_lag_metrics(list, seen);
  add_analysis_metrics(list, seen);
  add_action_metrics(list, seen);
  return list.text();
}

void add_process_metrics(MetricList& list, const Observations& seen) {
  list.gauge("secondlook_build_info", "Version of secondlook; always 1.");
  list.add(true, {{"version", SECONDLOOK_VERSION}});
  list.gauge("secondlook_source_up",
             "Whether a source of these metrics answered this scrape: figures, processes, service, "
             "database, alerts (where a channel is configured).");
  list.add(seen.figures.ingest != nullptr && seen.figures.analyzer != nullptr,
           {{"source", "figures"}});
  list.add(seen.supervised(), {{"source", "processes"}});
  list.add(seen.service.has_value(), {{"source", "service"}});
  list.add(seen.tallies.has_value(), {{"source", "database"}});
  if (seen.alerts) list.add(seen.alerts->has_value(), {{"source", "alerts"}});
  list.gauge("secondlook_scrape_seconds", "How long the sources took to be read for this scrape.");
  list.add(static_cast<double>(seen.took.count()) / 1e6);
  if (!seen.processes) return;
  list.gauge("secondlook_process_up", "Whether a process of the service is ready.");
  for (const ProcessEntry& entry : seen.processes->processes)
    list.add(seen.is_ready(entry.name), {{"process", entry.name}});
  list.counter("secondlook_process_restarts_total",
               "Ends of a process that nobody asked for, since serve began.");
  for (const ProcessEntry& entry : seen.processes->processes)
    list.add(entry.restarts, {{"process", entry.name}});
  list.gauge("secondlook_process_confined",
             "Whether a process has every confinement that it asked the kernel for.");
  for (const ProcessEntry& entry : seen.processes->processes)
    list.add(!entry.confinement.empty() && entry.confinement.find("without-") == std::string::npos,
             {{"process", entry.name}});
}

void add_lag_metrics(MetricList& list, const Observations& seen) {
  const StageLags lags = stage_lags(seen);
  list.gauge("secondlook_lag_records",
             "Reports, or copies to be removed, that wait: for analysis, recording, removal.");
  list.add(lags.analysis.records, {{"stage", "analysis"}});
  list.add(lags.recording.records, {{"stage", "recording"}});
  list.add(lags.removal.records, {{"stage", "removal"}});
  list.gauge("secondlook_lag_seconds",
             "For how long the oldest of them has waited; of removals: since it was due.");
  list.add(lags.analysis.seconds, {{"stage", "analysis"}});
  list.add(lags.recording.seconds, {{"stage", "recording"}});
  list.add(lags.removal.seconds, {{"stage", "removal"}});
}

}  // namespace secondlook
