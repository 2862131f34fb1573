#include "analyzer/service.h"

#include "analyzer/master.h"
#include "analyzer/release_guard.h"
#include "analyzer/workshop.h"
#include "base/log.h"
#include "schema/process_notice.h"

namespace secondlook {
namespace {

constexpr std::chrono::seconds kPatienceWithOthers(60);
constexpr int kFailed = 1;
constexpr int kBadConfiguration = 2;

// Ingest makes the log when it starts for the first time, perhaps after us.
Result<JournalLogReader> open_log(const std::string& directory, const Clock& clock) {
  const auto deadline = clock.steady() + kPatienceWithOthers;
  for (;;) {
    auto log = JournalLogReader::open(directory);
    const bool may_come = !log && log.error().kind == Error::Kind::not_found;
    if (!may_come || clock.steady() >= deadline) return log;
    ::poll(nullptr, 0, 100);
  }
}

Result<VerdictConnection> meet_remediation(const Configuration& configuration,
                                           JournalLogReader& log, const Clock& clock) {
  auto socket =
      VerdictConnection::connect(configuration.paths.verdict_socket(), kPatienceWithOthers, clock);
  if (!socket) return socket.error();
  const auto hello = introduce(log);
  if (!hello) return hello.error();
  return VerdictConnection::greet(std::move(*socket), *hello, kPatienceWithOthers);
}

int fail(std::string_view what, const Error& error, int status) {
  log_error(what, {{"error", error.message}});
  return status;
}

// What may not be removed again is told either way.
Result<void> guard_released_mails(const Configuration& configuration, const LoadedRules& rules,
                                  const Clock& clock) {
  const auto report = check_released_mails(configuration, rules, clock);
  if (!report) return report.error();
  for (const std::string& mail : report->not_judged)
    log_warning("released mail not judged", {{"mail", mail}});
  if (report->is_accepted)
    for (const std::string& mail : report->removed_again)
      log_warning("rules that would remove a released mail again are taken", {{"mail", mail}});
  return refuse_by(*report, rules.facts.hash);
}

// The grant is for the file that stood there at the start: one that replaced it is read by the next
// master, and `serve` found it good before it passed the signal on. Its rules are tried by what we
// have.
bool new_rules_load(const Configuration& present) {
  auto configuration = find_configuration(present.path);
  if (!configuration && configuration.error().kind == Error::Kind::forbidden) {
    log_info("configuration was replaced: the next start reads it", {{"path", present.path}});
    configuration = present;
  }
  if (!configuration) return fail("configuration refused", configuration.error(), 0) != 0;
  auto rules = load_configured_rules(*configuration, {});
  if (!rules) return fail("rules refused", rules.error(), 0) != 0;
  const auto guarded = guard_released_mails(*configuration, *rules, SystemClock());
  if (!guarded) return fail("rules refused", guarded.error(), 0) != 0;
  return true;
}

ConnectScanner connect_to(const std::optional<MalwareProcess>& helper) {
  if (!helper) return {};
  return [&helper] { return helper->connect(); };
}

void tell_ready(int notice, const ConfinementReport& confined, const LoadedRules& rules,
                bool scans_for_malware) {
  ProcessNotice told;
  told.ready = true;
  told.confinement = confined.summary();
  told.detail = scans_for_malware ? "malware scanning on" : "malware scanning off";
  log_info("analyzer ready", {{"confinement", told.confinement},
                              {"rules", std::to_string(rules.facts.rules)},
                              {"malware_scanning", scans_for_malware ? "on" : "off"}});
  give_notice(notice, told);
}

}  // namespace

int run_service(const Configuration& configuration, int notice) {
  const SystemClock clock;
  auto rules = load_configured_rules(configuration, {});
  if (!rules) return fail("rules refused", rules.error(), kBadConfiguration);
  auto helper = start_malware_helper(configuration);
  if (!helper) return fail("malware helper", helper.error(), kBadConfiguration);
  auto signals = ProcessSignals::take_over();
  if (!signals) return fail("signals", signals.error(), kFailed);
  auto log = open_log(configuration.paths.journal, clock);
  if (!log) return fail("journal log", log.error(), kFailed);
  auto verdicts = meet_remediation(configuration, *log, clock);
  if (!verdicts) return fail("remediation", verdicts.error(), kFailed);

  const auto confined = confine_master(configuration, {});
  if (!confined) return fail("confinement", confined.error(), kFailed);
  const auto guarded = guard_released_mails(configuration, *rules, clock);
  if (!guarded && guarded.error().kind == Error::Kind::forbidden)
    return fail("rules refused", guarded.error(), kFailed);  // not 2: reception goes on
  if (!guarded) log_error("released mails not judged", {{"error", guarded.error().message}});
  auto pool =
      WorkerPool::start(pool_settings(configuration.analyzer),
                        make_analyse_job(configuration, *rules, false), connect_to(*helper), clock);
  if (!pool) return fail("workers", pool.error(), kFailed);
  tell_ready(notice, *confined, *rules, helper->has_value());

  Master master({*log, *verdicts, *pool, *signals, clock,
                 helper->has_value() ? (*helper)->control() : -1,
                 [&configuration] { return new_rules_load(configuration); }});
  const auto done = master.run();
  return done ? 0 : fail("analyzer ends", done.error(), kFailed);
}

}  // namespace secondlook
