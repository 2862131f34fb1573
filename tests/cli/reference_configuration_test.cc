// deploy/config/secondlook.toml says it is the complete reference: here it is held to that.
#include <regex>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "base/file_descriptor.h"
#include "schema/configuration.h"

using namespace secondlook;

namespace {

const std::string kReference = std::string(SOURCE_TREE) + "/deploy/config/secondlook.toml";

std::string content_of(const std::string& path) {
  const auto content = read_file(path, 1 << 20);
  REQUIRE(content);
  return *content;
}

// Names that the configuration's reader asks for.
std::set<std::string> names_read() {
  std::string source;
  for (const char* file : {"alert_settings", "configuration", "policy_settings", "tenant_settings"})
    source += content_of(std::string(SOURCE_TREE) + "/schema/" + file + ".cc");
  const std::regex asked(
      "(?:read\\w*\\([\\w.]+(?:\\(\"\\w+\"\\))?, "
      "|one\\(|\\.(?:texts?|flag|choice|tables?|integer)\\()"
      "\"(\\w+)\"");
  std::set<std::string> names;
  for (std::sregex_iterator hit(source.begin(), source.end(), asked), end; hit != end; ++hit)
    names.insert((*hit)[1]);
  return names;
}

bool stands_in(const std::string& reference, const std::string& name) {
  return std::regex_search(reference, std::regex("[{, #\n]" + name + " = |\\[" + name + "\\]|\\." +
                                                 name + "\\]|\\[\\[" + name + "\\]\\]"));
}

}  // namespace

TEST_CASE("the reference configuration loads") {
  const auto configuration = load_configuration(kReference);
  INFO((configuration ? "" : configuration.error().message));
  REQUIRE(configuration);
  CHECK(configuration->tenants.size() == 1);
}

TEST_CASE("what the reference says is the default is the default") {
  const auto reference = load_configuration(kReference);
  REQUIRE(reference);
  const Configuration defaults;
  const BrakeSettings& brake = reference->policy.brake;
  CHECK(brake.copies_per_tenant_per_hour == defaults.policy.brake.copies_per_tenant_per_hour);
  CHECK(brake.known_sender_mails == defaults.policy.brake.known_sender_mails);
  CHECK(brake.copies_per_known_sender_per_hour ==
        defaults.policy.brake.copies_per_known_sender_per_hour);
  CHECK(reference->policy.sent_items == defaults.policy.sent_items);
  CHECK(reference->policy.approval_above == defaults.policy.approval_above);
  CHECK(reference->paths.journal == defaults.paths.journal);
  CHECK(reference->paths.database == defaults.paths.database);
  CHECK(reference->paths.runtime == defaults.paths.runtime);
  CHECK(reference->paths.cache == defaults.paths.cache);
  CHECK(reference->journal.max_unrecorded_bytes == defaults.journal.max_unrecorded_bytes);
  CHECK(reference->journal.archive_days == defaults.journal.archive_days);
  CHECK(reference->journal.archive_bytes == defaults.journal.archive_bytes);
  CHECK(reference->journal.segment_bytes == defaults.journal.segment_bytes);
  CHECK(reference->smtp.listen == defaults.smtp.listen);
  CHECK(reference->smtp.hostname == defaults.smtp.hostname);
  CHECK(reference->smtp.tls_certificate_file == defaults.smtp.tls_certificate_file);
  CHECK(reference->smtp.tls_key_file == defaults.smtp.tls_key_file);
  CHECK(reference->smtp.require_tls == defaults.smtp.require_tls);
  CHECK(reference->smtp.permitted_networks == defaults.smtp.permitted_networks);
  CHECK(reference->smtp.max_message_bytes == defaults.smtp.max_message_bytes);
  CHECK(reference->smtp.max_sessions == defaults.smtp.max_sessions);
  CHECK(reference->smtp.max_sessions_per_peer == defaults.smtp.max_sessions_per_peer);
  CHECK(reference->smtp.drain_seconds == defaults.smtp.drain_seconds);
  CHECK(reference->smtp.timeout_seconds == defaults.smtp.timeout_seconds);
  CHECK(reference->analyzer.workers == defaults.analyzer.workers);
  CHECK(reference->analyzer.rules == defaults.analyzer.rules);
  CHECK(reference->analyzer.host_lists == defaults.analyzer.host_lists);
  CHECK(reference->analyzer.clamav_database == defaults.analyzer.clamav_database);
  CHECK(reference->analyzer.score_set == defaults.analyzer.score_set);
  CHECK(reference->analyzer.seconds_per_message == defaults.analyzer.seconds_per_message);
  CHECK(reference->analyzer.rescan_hours == defaults.analyzer.rescan_hours);
  CHECK(reference->analyzer.password_wait_hours == defaults.analyzer.password_wait_hours);
  CHECK(reference->analyzer.thresholds.malicious == defaults.analyzer.thresholds.malicious);
  CHECK(reference->analyzer.thresholds.suspicious == defaults.analyzer.thresholds.suspicious);
  CHECK(reference->analyzer.thresholds.spoof == defaults.analyzer.thresholds.spoof);
  CHECK(reference->analyzer.thresholds.spam == defaults.analyzer.thresholds.spam);
  CHECK(reference->analyzer.thresholds.bulk == defaults.analyzer.thresholds.bulk);
  CHECK(reference->policy.enforce == defaults.policy.enforce);
  CHECK(reference->policy.malicious == defaults.policy.malicious);
  CHECK(reference->policy.suspicious == defaults.policy.suspicious);
  CHECK(reference->policy.spoof == defaults.policy.spoof);
  CHECK(reference->policy.spam == defaults.policy.spam);
  CHECK(reference->policy.bulk == defaults.policy.bulk);
  CHECK(reference->policy.protected_mailboxes == defaults.policy.protected_mailboxes);
  CHECK(brake.copies_per_hour == defaults.policy.brake.copies_per_hour);
  CHECK(brake.copies_per_rule_per_hour == defaults.policy.brake.copies_per_rule_per_hour);
  CHECK(brake.copies_per_sender_domain_per_hour ==
        defaults.policy.brake.copies_per_sender_domain_per_hour);
  CHECK(reference->retention_days == defaults.retention_days);
  CHECK(reference->list_files == defaults.list_files);
  CHECK(reference->log_format == defaults.log_format);
  CHECK(reference->log_level == defaults.log_level);
  CHECK(reference->metrics_listen == defaults.metrics_listen);
  CHECK(reference->require_confinement == defaults.require_confinement);
  CHECK(reference->alerts.database == defaults.alerts.database);
  CHECK(reference->alerts.journal_silence == defaults.alerts.journal_silence);
  CHECK(reference->alerts.unscanned_percent == defaults.alerts.unscanned_percent);
  CHECK(reference->alerts.certificate_days == defaults.alerts.certificate_days);
  CHECK(reference->alerts.space_percent == defaults.alerts.space_percent);
  CHECK(reference->alerts.repeat_after == defaults.alerts.repeat_after);
  CHECK(reference->alerts.channels.empty());
  CHECK(reference->alerts.rules.empty());
}

TEST_CASE("what the reference says of a tenant's defaults is so") {
  const auto reference = load_configuration(kReference);
  REQUIRE(reference);
  const TenantSettings& tenant = reference->tenants.at(0);
  const TenantSettings defaults;
  CHECK(tenant.report_senders == defaults.report_senders);
  CHECK(tenant.report_source == defaults.report_source);
  CHECK(tenant.gateways == defaults.gateways);
  CHECK(tenant.report_mailboxes == defaults.report_mailboxes);
  CHECK(tenant.graph.cloud == defaults.graph.cloud);
  CHECK(tenant.graph.managed_identity == defaults.graph.managed_identity);
  CHECK(tenant.graph.login_url == defaults.graph.login_url);
  CHECK(tenant.graph.graph_url == defaults.graph.graph_url);
  CHECK(tenant.graph.requests_per_mailbox == defaults.graph.requests_per_mailbox);
  CHECK(tenant.graph.requests_in_flight == defaults.graph.requests_in_flight);
  CHECK(tenant.graph.give_up_after == defaults.graph.give_up_after);
  CHECK(tenant.directory.sync_every == defaults.directory.sync_every);
  CHECK(tenant.directory.contacts == defaults.directory.contacts);
  CHECK(tenant.directory.include.empty());
  CHECK(tenant.directory.exclude.empty());
  CHECK(tenant.directory.protect.empty());
  CHECK(tenant.directory.overrides_file == defaults.directory.overrides_file);
  CHECK(tenant.policy.enforce == reference->policy.enforce);
}

TEST_CASE("every name that can be configured stands in the reference") {
  const std::string reference = content_of(kReference);
  const std::set<std::string> names = names_read();
  CHECK(names.size() >= 60);  // the expression above still finds them
  CHECK(names.contains("copies_per_sender_domain_per_hour"));
  CHECK(names.contains("federated_token_file"));
  CHECK(names.contains("overrides_file"));
  CHECK(names.contains("protect"));
  CHECK(names.contains("require_confinement"));
  for (const std::string& name : names) {
    INFO(name);
    CHECK(stands_in(reference, name));
  }
}
