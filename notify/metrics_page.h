// What stands on /metrics: every family that secondlook serves, out of one look at the sources.
// deploy/monitoring/ asks for these names, and a test compares the two.
#pragma once

#include <string>

#include "notify/metric_list.h"
#include "notify/observer.h"

namespace secondlook {

std::string metrics_page(const Observations& seen);

// Its parts.
void add_process_metrics(MetricList& list, const Observations& seen);    // processes and sources
void add_reception_metrics(MetricList& list, const Observations& seen);  // ingest, journal log
void add_analysis_metrics(MetricList& list, const Observations& seen);   // analyzer, rules, scanner
void add_lag_metrics(MetricList& list, const Observations& seen);
void add_action_metrics(MetricList& list,
                        const Observations& seen);  // verdicts, steps, Graph, alerts

}  // namespace secondlook
