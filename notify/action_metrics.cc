// Verdicts, steps, exposure, brake, Graph: what remediation and its database tell; and what became
// of alerts.
#include "notify/metrics_page.h"

namespace secondlook {
namespace {

void add_tallies(MetricList& list, const Tallies& tallies) {
  list.gauge("secondlook_messages", "Messages in the database, by tenant and disposition.");
  for (const Tallies::Row& row : tallies.messages)
    list.add(row.rows, {{"tenant", row.name}, {"disposition", row.value}});
  list.gauge("secondlook_reports", "Reports in the database.");
  list.add(tallies.reports);
  list.gauge("secondlook_steps",
             "Steps in the database, one for each copy of a mail, by action and state.");
  for (const Tallies::Row& row : tallies.steps)
    list.add(row.rows, {{"action", row.name}, {"state", row.value}});
  std::vector<double> bounds;
  std::vector<std::uint64_t> counts;
  std::uint64_t above = 0;
  double sum = 0;
  for (const Tallies::Exposure& one : tallies.exposures) {
    sum += std::chrono::duration<double>(one.sum).count();
    if (!one.upper) {
      above += one.copies;
      continue;
    }
    bounds.push_back(std::chrono::duration<double>(*one.upper).count());
    counts.push_back(one.copies);
  }
  list.histogram("secondlook_exposure_seconds",
                 "How long copies lay in reach, from the report's acceptance to their automatic "
                 "removal.");
  list.add_histogram(bounds, counts, above, sum);
}

void add_graph(MetricList& list, const std::vector<ServiceNumbers::Graph>& graph) {
  list.counter(
      "secondlook_graph_requests_total",
      "Requests to Graph, by outcome: answered (403 and 404 among them), throttled, failed "
      "(5xx or no answer); not_sent (paused, circuit open, no turn), no_token (sign-in "
      "failed).");
  for (const auto& one : graph) {
    const std::uint64_t bad = one.throttled + one.failed;
    list.add(one.sent > bad ? one.sent - bad : 0,
             {{"tenant", one.tenant}, {"outcome", "answered"}});
    list.add(one.throttled, {{"tenant", one.tenant}, {"outcome", "throttled"}});
    list.add(one.failed, {{"tenant", one.tenant}, {"outcome", "failed"}});
    list.add(one.refused_here, {{"tenant", one.tenant}, {"outcome", "not_sent"}});
    list.add(one.sign_in_failed, {{"tenant", one.tenant}, {"outcome", "no_token"}});
  }
  list.counter("secondlook_graph_denied_total", "Requests that Graph answered with 401 or 403.");
  for (const auto& one : graph) list.add(one.denied, {{"tenant", one.tenant}});
  list.gauge("secondlook_graph_requests_in_flight", "Requests to Graph under way.");
  for (const auto& one : graph) list.add(one.in_flight, {{"tenant", one.tenant}});
  list.gauge("secondlook_graph_requests_in_flight_limit",
             "How many may be: less than the setting after Graph throttled.");
  for (const auto& one : graph) list.add(one.may_be_in_flight, {{"tenant", one.tenant}});
  list.gauge("secondlook_graph_paused_mailboxes",
             "Mailboxes that Graph asked us to stay away from.");
  for (const auto& one : graph) list.add(one.paused_mailboxes, {{"tenant", one.tenant}});
  list.gauge("secondlook_graph_paused",
             "Whether Graph asked us to stay away from the whole tenant.");
  for (const auto& one : graph) list.add(one.paused, {{"tenant", one.tenant}});
  list.gauge("secondlook_graph_circuit_open", "Whether work waits because Graph does not answer.");
  for (const auto& one : graph) list.add(one.circuit_open, {{"tenant", one.tenant}});
}

void add_service(MetricList& list, const ServiceNumbers& service) {
  list.counter("secondlook_verdicts_recorded_total",
               "Verdicts recorded since remediation started, revisions too, by tenant and "
               "disposition.");
  for (const auto& one : service.verdicts)
    list.add(one.count, {{"tenant", one.tenant}, {"disposition", one.disposition}});
  list.gauge("secondlook_brake_engaged", "Whether the brake holds automatic removals.");
  list.add(service.brake_engaged);
  list.gauge("secondlook_analyzer_connected", "Whether remediation has an analyzer to hear from.");
  list.add(service.analyzer_connected);
  list.gauge("secondlook_enforce", "Whether mode is enforce (1) or observe (0).");
  for (const auto& one : service.tenants) list.add(one.enforce, {{"tenant", one.name}});
  list.gauge("secondlook_graph_certificate_expiry_timestamp_seconds",
             "When the certificate of the tenant's app expires.");
  for (const auto& one : service.tenants)
    if (one.certificate_expires_at) list.add(*one.certificate_expires_at, {{"tenant", one.name}});
  list.gauge("secondlook_directory_read_timestamp_seconds",
             "When the tenant's directory was read last.");
  for (const auto& one : service.tenants)
    if (one.directory_synced_at) list.add(*one.directory_synced_at, {{"tenant", one.name}});
  add_graph(list, service.graph);
}

void add_alerts(MetricList& list, const AlertNumbers& alerts) {
  list.gauge("secondlook_alert_deliveries_waiting",
             "Alerts that a channel has not taken yet, by channel.");
  for (const auto& [channel, counts] : alerts.channels)
    list.add(counts.waiting, {{"channel", channel}});
  list.counter("secondlook_alert_deliveries_total",
               "Alerts that came to an end, by channel and outcome: delivered, or given_up after "
               "the last attempt.");
  for (const auto& [channel, counts] : alerts.channels) {
    list.add(counts.delivered, {{"channel", channel}, {"outcome", "delivered"}});
    list.add(counts.dead, {{"channel", channel}, {"outcome", "given_up"}});
  }
  list.counter("secondlook_alert_events_missed_total",
               "Events that were gone from the database before alerts were made of them.");
  list.add(alerts.missed);
}

}  // namespace

void add_action_metrics(MetricList& list, const Observations& seen) {
  if (seen.tallies) add_tallies(list, *seen.tallies);
  if (seen.service) add_service(list, *seen.service);
  if (seen.alerts && *seen.alerts) add_alerts(list, **seen.alerts);
}

}  // namespace secondlook
