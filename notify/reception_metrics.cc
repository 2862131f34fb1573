#include "notify/metrics_page.h"

namespace secondlook {
namespace {

void add_durations(MetricList& list, const DurationFigures& figures) {
  std::vector<double> bounds;
  std::vector<std::uint64_t> counts;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < DurationFigures::kBuckets; ++i) {
    bounds.push_back(DurationFigures::upper_seconds(i));
    counts.push_back(figures.bucket(i));
    below += counts.back();
  }
  const std::uint64_t count = figures.count();
  list.add_histogram(bounds, counts, count > below ? count - below : 0, figures.sum_seconds());
}

Timestamp time_of(const Figure& figure) {
  return Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(figure.get())));
}

}  // namespace

void add_reception_metrics(MetricList& list, const Observations& seen) {
  list.gauge("secondlook_disk_free_bytes", "Free bytes on the disk of a directory of [paths].");
  for (const Observations::Disk& disk : seen.disks)
    list.add(disk.free_bytes, {{"directory", disk.name}});
  if (seen.service) {
    list.gauge("secondlook_log_recorded_sequence",
               "Up to which sequence of the journal log all is in the database.");
    list.add(seen.service->recorded);
  }
  if (!seen.figures.ingest) return;
  const IngestFigures& ingest = *seen.figures.ingest;
  list.counter("secondlook_reports_received_total", "Reports that are durable, answered with 250.");
  list.add(ingest.reports.get());
  list.counter("secondlook_report_bytes_received_total", "Bytes of these reports.");
  list.add(ingest.report_bytes.get());
  list.counter("secondlook_reports_deferred_total",
               "Reports answered with 4xx: no room, too large, or the disk failed.");
  list.add(ingest.reports_deferred.get());
  list.counter("secondlook_recipients_refused_total",
               "Recipients answered with 550, for they are no journal address.");
  list.add(ingest.recipients_refused.get());
  list.counter("secondlook_smtp_sessions_total", "SMTP sessions that were let in.");
  list.add(ingest.sessions.get());
  list.counter("secondlook_smtp_sessions_turned_away_total",
               "Peers answered with 421: outside permitted_networks, or too many.");
  list.add(ingest.sessions_turned_away.get());
  list.counter("secondlook_smtp_tls_handshakes_failed_total", "STARTTLS handshakes that failed.");
  list.add(ingest.handshakes_failed.get());
  list.gauge("secondlook_smtp_sessions", "SMTP sessions that are open.");
  list.add(ingest.sessions_open.get());
  list.gauge("secondlook_log_durable_sequence", "Sequence of the newest durable report.");
  list.add(ingest.durable_sequence.get());
  list.gauge("secondlook_log_unrecorded_bytes",
             "Bytes of the journal log that are not in the database yet.");
  list.add(ingest.unrecorded_bytes.get());
  list.gauge("secondlook_log_unrecorded_limit_bytes",
             "[journal] max_unrecorded_bytes: above it reports are deferred.");
  list.add(ingest.unrecorded_limit.get());
  list.histogram("secondlook_log_commit_seconds", "Writing and syncing a group of reports.");
  add_durations(list, ingest.commit);
  if (ingest.last_report_at.get() != 0) {
    list.gauge("secondlook_last_report_timestamp_seconds", "When the newest report was received.");
    list.add(time_of(ingest.last_report_at));
  }
  if (ingest.certificate_expires_at.get() != 0) {
    list.gauge("secondlook_tls_certificate_expiry_timestamp_seconds",
               "When [smtp] tls_certificate_file expires.");
    list.add(time_of(ingest.certificate_expires_at));
  }
}

namespace {

// Names are those of the rule files, at most kMostRuleTimes of them.
void add_rule_times(MetricList& list, const RuleTimeTable& times) {
  list.counter("secondlook_rule_measured_reports_total",
               "Reports, one in sixteen, in which the time of single rules was measured since the "
               "rules were taken up.");
  list.add(times.reports);
  if (times.rules.empty()) return;
  list.counter(
      "secondlook_rule_seconds_total",
      "Time in these reports that the dearest rules took for their patterns and eval functions.");
  for (const RuleTime& rule : times.rules)
    list.add(static_cast<double>(rule.nanoseconds) / 1e9, {{"rule", rule.name}});
  list.counter(
      "secondlook_rule_searches_total",
      "How often these rules' patterns were searched for in these reports, or functions called.");
  for (const RuleTime& rule : times.rules) list.add(rule.searches, {{"rule", rule.name}});
}

}  // namespace

void add_analysis_metrics(MetricList& list, const Observations& seen) {
  list.gauge("secondlook_malware_scanning", "Whether attachments are scanned for malware.");
  const ProcessEntry* const entry = seen.process("secondlook-analyzer");
  list.add(seen.scans_for_malware && seen.is_ready("secondlook-analyzer") && entry != nullptr &&
           entry->detail.find("malware scanning off") == std::string::npos);
  if (seen.malware_database_at) {
    list.gauge("secondlook_malware_database_timestamp_seconds",
               "When the newest file of the ClamAV database was written.");
    list.add(*seen.malware_database_at);
  }
  if (entry != nullptr && !entry->rules.hash.empty()) {
    list.gauge("secondlook_rules_info", "Hash of the rule set in force; always 1.");
    list.add(true, {{"hash", entry->rules.hash.substr(0, 12)}});
    list.gauge("secondlook_rules_refused", "Whether a later rule set was refused.");
    list.add(!entry->rules.refused.empty());
    if (const auto loaded = parse_rfc3339(entry->rules.loaded_at)) {
      list.gauge("secondlook_rules_loaded_timestamp_seconds", "When that rule set was loaded.");
      list.add(*loaded);
    }
  }
  if (!seen.figures.analyzer) return;
  const AnalyzerFigures& analyzer = *seen.figures.analyzer;
  list.gauge("secondlook_workers", "Worker processes that are ready.");
  list.add(analyzer.workers.get());
  list.gauge("secondlook_workers_busy", "Worker processes that hold a mail.");
  list.add(analyzer.workers_busy.get());
  list.counter("secondlook_workers_lost_total",
               "Workers that died or overran with a mail in hand, and were replaced.");
  list.add(analyzer.workers_lost.get());
  list.counter("secondlook_reports_analysed_total",
               "Verdicts on new reports, those that could not be scanned among them.");
  list.add(analyzer.verdicts.get());
  list.counter(
      "secondlook_reports_not_analysed_total",
      "Of these: reports given up after their workers died or overran, or lost with the log.");
  list.add(analyzer.unscanned.get());
  list.counter("secondlook_reports_judged_again_total", "Recorded reports judged once more.");
  list.add(analyzer.judged_again.get());
  list.histogram("secondlook_analysis_seconds", "A report with its worker, by the wall clock.");
  add_durations(list, analyzer.analysis);
  list.counter("secondlook_analysis_cpu_seconds_total", "CPU time of workers for their reports.");
  list.add(static_cast<double>(analyzer.cpu_microseconds.get()) / 1e6);
  if (const auto times = analyzer.rule_times.read()) add_rule_times(list, *times);
}

}  // namespace secondlook
