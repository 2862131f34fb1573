#include "analyzer/workshop.h"

#include <filesystem>
#include <memory>
#include <thread>

#include "analyzer/analysis.h"
#include "analyzer/message/archive_members.h"
#include "analyzer/operator_lists.h"
#include "analyzer/signals/signals.h"
#include "base/log.h"

namespace secondlook {
namespace {

constexpr std::chrono::minutes kDatabasePatience(5);
constexpr std::chrono::seconds kExtractPatience(60);
// The master's stamp stands before the answer in the same frame.
constexpr std::size_t kRoomForStamp = 64 << 10;
constexpr int kWallTimesCpu = 10;
// Of what a mail may take in the worker, and as much again in extractors: one file leaves time for
// others, and all together end before the master gives the worker up.
constexpr int kFilesShare = 3;

std::string program_beside_us(std::string_view name) {
  std::error_code problem;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", problem);
  return (self.parent_path() / name).string();
}

Result<std::optional<HelperProcess>> start_malware_helper(const Configuration& configuration) {
  const std::string& database = configuration.analyzer.clamav_database;
  if (database.empty()) return std::optional<HelperProcess>();
  auto helper = HelperProcess::start(program_beside_us("secondlook-malware"),
                                     {"--database", database}, kDatabasePatience);
  if (!helper) return helper.error();
  return std::optional<HelperProcess>(std::move(*helper));
}

const std::vector<std::string> configured_paths(const Configuration& configuration,
                                                const std::vector<std::string>& instead) {
  return instead.empty() ? rule_paths(configuration.analyzer) : instead;
}

std::vector<std::string> all_domains(const Configuration& configuration) {
  std::vector<std::string> domains;
  for (const TenantSettings& tenant : configuration.tenants)
    domains.insert(domains.end(), tenant.domains.begin(), tenant.domains.end());
  return domains;
}

AnalysisContext context_of(const WorkerJob& job, const Configuration& configuration, bool is_scan) {
  AnalysisContext context;
  context.judge_plain_mail = is_scan;
  context.mail_from = job.mail_from;
  context.received_at = Timestamp(std::chrono::microseconds(job.received_at));
  if (is_scan) {
    context.own_domains = all_domains(configuration);
    return context;
  }
  context.tenant = configuration.find_tenant(job.tenant);
  if (context.tenant != nullptr) context.own_domains = context.tenant->domains;
  return context;
}

// The lists of the job before, mostly.
class KnownLists {
 public:
  const OperatorLists* of(std::string_view text) {
    if (text.empty()) return nullptr;
    if (text.data() == read_.data() && text.size() == read_.size()) return &lists_;
    const auto entries = parse_list(text);
    if (!entries) log_error("lists cannot be read", {{"error", entries.error().message}});
    if (!entries) return nullptr;
    lists_ = OperatorLists(*entries);
    read_ = text;
    return &lists_;
  }

 private:
  OperatorLists lists_;
  std::string_view read_;
};

std::uint64_t nanoseconds_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
}

RuleOptions rule_options(const Configuration& configuration) {
  return {configuration.analyzer.score_set, configuration.lang == "ja"};
}

}  // namespace

Result<LoadedRules> load_configured_rules(const Configuration& configuration,
                                          const std::vector<std::string>& instead) {
  return load_rules(configured_paths(configuration, instead), all_signals(),
                    configuration.paths.cache, rule_options(configuration));
}

Result<RuleSources> read_configured_rules(const Configuration& configuration) {
  return read_rule_sources(configured_paths(configuration, {}));
}

Result<LoadedRules> load_read_rules(const Configuration& configuration,
                                    const RuleSources& sources) {
  return load_read_rules(sources, all_signals(), configuration.paths.cache,
                         rule_options(configuration));
}

Result<std::shared_ptr<const HostLists>> load_host_lists(const Configuration& configuration) {
  if (configuration.analyzer.host_lists.empty()) return std::shared_ptr<const HostLists>();
  auto lists = read_host_lists(configuration.analyzer.host_lists);
  if (!lists) return lists.error();
  for (const std::string& complaint : lists->complaints())
    log_warning("host list: a line is passed over", {{"line", complaint}});
  for (const HostListFile& file : lists->files())
    log_info("host list", {{"file", file.path},
                           {"entries", std::to_string(file.entries)},
                           {"passed_over", std::to_string(file.skipped)}});
  return std::make_shared<const HostLists>(std::move(*lists));
}

Result<RunningHelpers> start_helpers(const Configuration& configuration) {
  auto malware = start_malware_helper(configuration);
  if (!malware) return within("malware helper", malware.error());
  auto extract =
      HelperProcess::start(program_beside_us("secondlook-extract"), {}, kExtractPatience);
  if (!extract) return within("extract helper", extract.error());
  return RunningHelpers{std::move(*malware), std::move(*extract)};
}

HelperConnections RunningHelpers::connect() const {
  HelperConnections connect;
  if (malware) connect.scanner = [this] { return malware->connect(); };
  connect.extract = [this] { return extract.connect(); };
  return connect;
}

PoolSettings pool_settings(const AnalyzerSettings& settings) {
  PoolSettings pool;
  pool.workers =
      settings.workers > 0 ? settings.workers : std::max(1U, std::thread::hardware_concurrency());
  pool.cpu_time_per_job = std::chrono::seconds(settings.seconds_per_message);
  pool.wall_time_per_job = pool.cpu_time_per_job * kWallTimesCpu;
  pool.limits.extract.cpu_per_file = pool.cpu_time_per_job / kFilesShare;
  pool.limits.extract.cpu_per_message = pool.cpu_time_per_job;
  pool.limits.extract.wall_per_file = pool.wall_time_per_job / kFilesShare;
  pool.limits.extract.wall_per_message = 2 * pool.limits.extract.wall_per_file;
  pool.largest_answer = kLargestVerdictFrame - kRoomForStamp;
  return pool;
}

MakeAnalyseJob make_analyse_job(const Configuration& configuration, const LoadedRules& rules,
                                std::shared_ptr<const HostLists> host_lists,
                                std::shared_ptr<RuleTimes> times, bool is_scan) {
  return [configuration, rules, is_scan, host_lists,
          times](const WorkerHelpers& helpers) -> AnalyseJob {
    const auto analysis = std::make_shared<Analysis>(rules, configuration.analyzer.thresholds,
                                                     helpers.scanner, helpers.inspector);
    const auto known_lists = std::make_shared<KnownLists>();
    return
        [analysis, configuration, is_scan, known_lists, host_lists, times](const JobInput& input) {
          AnalysisContext context = context_of(input.job, configuration, is_scan);
          context.companions = input.companions;
          const auto history = HistorySnapshot::read(input.history);
          if (history) context.history = &*history;
          context.lists = known_lists->of(input.lists);
          context.host_lists = host_lists.get();
          if (times == nullptr || !times->is_turn())
            return to_json(analysis->analyze(input.bytes, context));
          RuleCosts costs{.nanoseconds_now = nanoseconds_now, .costs = {}, .evals = {}};
          analysis->measure(&costs);
          const Verdict verdict = analysis->analyze(input.bytes, context);
          analysis->measure(nullptr);
          times->add(costs);
          return to_json(verdict);
        };
  };
}

Result<ConfinementReport> confine_master(const Configuration& configuration,
                                         const std::vector<std::string>& rules) {
  prepare_archive_names();  // reads a file of the C library, which workers could not
  Confinement confinement;
  confinement.calls.open_files = true;
  confinement.calls.start_processes = true;
  confinement.readable_paths = configured_paths(configuration, rules);
  for (const std::string& file : configuration.analyzer.host_lists)
    confinement.readable_paths.push_back(std::filesystem::path(file).parent_path().string());
  for (const std::string& path : {configuration.path, configuration.paths.journal,
                                  configuration.paths.cache, configuration.paths.released_mails()})
    if (!path.empty()) confinement.readable_paths.push_back(path);
  auto confined = confine(confinement);
  if (!confined) return confined;
  if (confined->complete()) return confined;
  if (configuration.require_confinement)
    return forbidden("confinement required and not to be had: " + confined->summary());
  log_warning("confinement is not complete", {{"confinement", confined->summary()}});
  return confined;
}

}  // namespace secondlook
