#include "analyzer/service.h"

#include "analyzer/introduction.h"
#include "analyzer/master.h"
#include "analyzer/rule_reload.h"
#include "analyzer/workshop.h"
#include "base/log.h"
#include "schema/process_figures.h"

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
                                           JournalLogReader& log, const std::string& rule_set,
                                           const std::string& signatures,
                                           const HostLists* host_lists, const Clock& clock) {
  auto socket =
      VerdictConnection::connect(configuration.paths.verdict_socket(), kPatienceWithOthers, clock);
  if (!socket) return socket.error();
  const auto hello =
      introduce(log, rule_set, signatures, host_lists != nullptr ? host_lists->digest() : "");
  if (!hello) return hello.error();
  return VerdictConnection::greet(std::move(*socket), *hello, kPatienceWithOthers);
}

int fail(std::string_view what, const Error& error, int status) {
  log_error(what, {{"error", error.message}});
  return status;
}

std::function<Result<std::optional<std::string>>()> news_of(std::optional<HelperProcess>& scanner) {
  if (!scanner) return {};
  return [&scanner]() -> Result<std::optional<std::string>> {
    const auto is_new = scanner->take_news();
    if (!is_new) return is_new.error();
    return *is_new ? std::optional(scanner->note()) : std::nullopt;
  };
}

ProcessNotice readiness(const ConfinementReport& confined, bool scans_for_malware) {
  ProcessNotice told;
  told.ready = true;
  told.confinement = confined.summary();
  told.detail = scans_for_malware ? "malware scanning on" : "malware scanning off";
  told.detail += ", files looked into apart";
  log_info("analyzer ready", {{"confinement", told.confinement},
                              {"malware_scanning", scans_for_malware ? "on" : "off"}});
  return told;
}

}  // namespace

int run_service(const Configuration& configuration, int notice, const std::vector<int>& figures) {
  const SystemClock clock;
  ConfiguredRules configured(configuration, clock, notice);
  auto rules = load_configured_rules(configuration, {});
  if (!rules) return fail("rules refused", rules.error(), kBadConfiguration);
  auto host_lists = load_host_lists(configuration);
  if (!host_lists) return fail("host lists refused", host_lists.error(), kBadConfiguration);
  auto helpers = start_helpers(configuration);
  if (!helpers) return fail("helpers", helpers.error(), kBadConfiguration);
  auto signals = ProcessSignals::take_over();
  if (!signals) return fail("signals", signals.error(), kFailed);
  auto log = open_log(configuration.paths.journal, clock);
  if (!log) return fail("journal log", log.error(), kFailed);
  auto recorded = JournalLogReader::open_to_the_end(configuration.paths.journal);
  if (!recorded) return fail("journal log", recorded.error(), kFailed);
  auto verdicts =
      meet_remediation(configuration, *log, rules->facts.hash,
                       helpers->malware ? helpers->malware->note() : "", host_lists->get(), clock);
  if (!verdicts) return fail("remediation", verdicts.error(), kFailed);

  auto handed = HandedRules::make();
  if (!handed) return fail("memory for checked rules", handed.error(), kFailed);
  auto handed_lists = HandedRules::make();
  if (!handed_lists) return fail("memory for host lists", handed_lists.error(), kFailed);
  configured.hand_over_by(std::move(*handed), std::move(*handed_lists));

  const auto confined = confine_master(configuration, {});
  if (!confined) return fail("confinement", confined.error(), kFailed);
  const auto guarded = guard_released_mails(configuration, *rules, clock);
  if (!guarded && guarded.error().kind == Error::Kind::forbidden)
    return fail("rules refused", guarded.error(), kFailed);  // not 2: reception goes on
  if (!guarded) log_error("released mails not judged", {{"error", guarded.error().message}});
  const auto times = RuleTimes::make(*rules->rules);
  if (!times) return fail("times of rules", times.error(), kFailed);
  auto pool = WorkerPool::start(pool_settings(configuration.analyzer),
                                make_analyse_job(configuration, *rules, *host_lists, *times, false),
                                helpers->connect(), clock);
  if (!pool) return fail("workers", pool.error(), kFailed);
  configured.tell_ready(readiness(*confined, helpers->malware.has_value()), *rules,
                        host_lists->get());

  Master master({*log,
                 *recorded,
                 *verdicts,
                 *pool,
                 *signals,
                 clock,
                 {helpers->extract.control()},
                 helpers->malware ? helpers->malware->control() : -1,
                 configured.reload(),
                 [&configured](std::uint32_t places) { configured.tell_waiting_places(places); },
                 news_of(helpers->malware),
                 map_analyzer_figures(figures),
                 [times = *times] { return times->dearest(); }});
  const auto done = master.run();
  return done ? 0 : fail("analyzer ends", done.error(), kFailed);
}

}  // namespace secondlook
