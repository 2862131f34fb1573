#include "analyzer/rule_reload.h"

#include <algorithm>
#include <ctime>

#include "analyzer/release_guard.h"
#include "analyzer/workshop.h"
#include "base/file_descriptor.h"
#include "base/log.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostConfigurationBytes = 1 << 20;
constexpr std::string_view kPackedLists = "host lists";

// As the files of a rule set are handed over: one, which is packed.
RuleSources packed(const HostLists& lists) {
  RuleSources sources;
  sources.files.push_back({std::string(kPackedLists), lists.pack()});
  return sources;
}

std::string described(const HostLists* lists) {
  if (lists == nullptr || lists->files().empty()) return {};
  Timestamp oldest = Timestamp::max();
  for (const HostListFile& file : lists->files()) oldest = std::min(oldest, file.modified_at);
  return ", " + std::to_string(lists->entries()) + " listed hosts, the oldest list of " +
         format_rfc3339(oldest).substr(0, 10);
}

CheckAnswer no(const std::string& reason) {
  return {CheckAnswer::Kind::no, reason};
}

}  // namespace

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

ConfiguredRules::ConfiguredRules(const Configuration& configuration, const Clock& clock, int notice)
    : configuration_(configuration), clock_(clock), notice_(notice) {
  auto file = read_file(configuration.path, kMostConfigurationBytes);
  if (file) file_ = std::move(*file);
}

void ConfiguredRules::tell_ready(const ProcessNotice& notice, const LoadedRules& rules,
                                 const HostLists* host_lists) {
  told_ = notice;
  detail_ = notice.detail;
  note(rules, host_lists);
}

void ConfiguredRules::tell_waiting_places(std::uint32_t places) {
  told_.detail = detail_ + listed_hosts_;
  if (places > 0)
    told_.detail += ", " + std::to_string(places) + " workers missing: they do not get ready";
  give_notice(notice_, told_);
}

RuleReload ConfiguredRules::reload() {
  return {[this] { return check(); }, [this](const std::string& hash) { return take(hash); },
          [this](const std::string& reason) { refuse(reason); }};
}

// The grant is for the file that stood there at the start: one that replaced it cannot be read
// here, and was found good by `serve` before it passed the signal on.
bool ConfiguredRules::is_configuration_changed() const {
  if (configuration_.path.empty()) return false;
  const auto file = read_file(configuration_.path, kMostConfigurationBytes);
  return !file || *file != file_;
}

CheckAnswer ConfiguredRules::check() const {
  const bool is_changed = is_configuration_changed();
  Configuration configuration = configuration_;
  if (is_changed) {
    auto changed = find_configuration(configuration_.path);
    if (!changed && changed.error().kind != Error::Kind::forbidden)
      return no("configuration refused: " + changed.error().message);
    if (changed) configuration = std::move(*changed);
  }
  const auto sources = read_configured_rules(configuration);
  if (!sources) return no(sources.error().message);
  const std::clock_t begin = std::clock();
  const auto rules = load_read_rules(configuration, *sources);
  if (!rules) return no(rules.error().message);
  if (std::clock() - begin > kMostLoading.count() * CLOCKS_PER_SEC)
    return no("loading them takes more than " + std::to_string(kMostLoading.count()) +
              " s of CPU time");
  const auto guarded = guard_released_mails(configuration, *rules, clock_);
  if (!guarded) return no(guarded.error().message);
  const auto host_lists = load_host_lists(configuration);
  if (!host_lists) return no(host_lists.error().message);
  if (!is_changed) {
    if (!handed_ || !handed_lists_) return no("no way to hand them over");
    const auto given = handed_lists_->write(*host_lists ? packed(**host_lists) : RuleSources{});
    if (!given) return no(given.error().message);
    if (const auto written = handed_->write(*sources); !written) return no(written.error().message);
  }
  return {is_changed ? CheckAnswer::Kind::restart : CheckAnswer::Kind::yes, rules->facts.hash};
}

Result<NewRules> ConfiguredRules::take(const std::string& checked_hash) {
  if (!handed_ || !handed_lists_) return internal("no rules were handed over");
  const auto sources = handed_->take();
  if (!sources) return sources.error();
  const auto rules = load_read_rules(configuration_, *sources);
  if (!rules) return rules.error();
  if (rules->facts.hash != checked_hash) return internal("not the rules that were checked");
  auto host_lists = take_host_lists();
  if (!host_lists) return host_lists.error();
  auto times = RuleTimes::make(*rules->rules);
  if (!times) return times.error();
  note(*rules, host_lists->get());
  return NewRules{make_analyse_job(configuration_, *rules, *host_lists, *times, false),
                  rules->facts.hash, *host_lists ? (*host_lists)->digest() : "",
                  [times = *times] { return times->dearest(); }};
}

Result<std::shared_ptr<const HostLists>> ConfiguredRules::take_host_lists() const {
  const auto sources = handed_lists_->take();
  if (!sources) return sources.error();
  if (sources->files.empty()) return std::shared_ptr<const HostLists>();
  auto lists = HostLists::unpack(sources->files.front().content);
  if (!lists) return lists.error();
  return std::make_shared<const HostLists>(std::move(*lists));
}

void ConfiguredRules::note(const LoadedRules& rules, const HostLists* host_lists) {
  listed_hosts_ = described(host_lists);
  told_.detail = detail_ + listed_hosts_;
  told_.rules = {rules.facts.hash, format_rfc3339(clock_.now()), ""};
  log_info("rules in force",
           {{"rules", std::to_string(rules.facts.rules)}, {"hash", rules.facts.hash}});
  give_notice(notice_, told_);
}

void ConfiguredRules::refuse(const std::string& reason) {
  log_error("new rules refused, the present ones stay", {{"reason", reason}});
  told_.rules.refused = reason.empty() ? "no reason was given" : reason;
  give_notice(notice_, told_);
}

}  // namespace secondlook
