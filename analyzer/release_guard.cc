#include "analyzer/release_guard.h"

#include <algorithm>
#include <deque>
#include <filesystem>

#include <sys/mman.h>

#include "analyzer/analysis.h"
#include "analyzer/packed_mail.h"
#include "analyzer/unscanned_verdict.h"
#include "analyzer/worker_pool.h"
#include "analyzer/workshop.h"
#include "base/file_descriptor.h"
#include "base/system_error.h"
#include "schema/policy.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostUnpacked = 1 << 20;
constexpr std::size_t kMostAcceptedBytes = 16 << 20;
constexpr std::size_t kRulesNamed = 3;

std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".json") && name != kAcceptedRuleSets) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.size() > ReleasedMail::kMostMails) files.resize(ReleasedMail::kMostMails);
  return files;
}

std::deque<ReleasedMail> read_released(const std::string& directory, GuardReport& report) {
  std::deque<ReleasedMail> mails;
  for (const std::string& path : files_in(directory)) {
    const auto content = read_file(path, ReleasedMail::kMostBytes);
    auto mail = content ? parse_released_mail(*content) : Result<ReleasedMail>(content.error());
    if (mail)
      mails.push_back(std::move(*mail));
    else
      report.not_judged.push_back(path + ": " + mail.error().message);
  }
  return mails;
}

bool is_accepted(const std::string& directory, const std::string& rule_set) {
  const auto content =
      read_file(directory + "/" + std::string(kAcceptedRuleSets), kMostAcceptedBytes);
  const auto accepted = content ? parse_accepted_rule_sets(*content)
                                : Result<std::vector<AcceptedRuleSet>>(content.error());
  return accepted && std::ranges::any_of(*accepted, [&](const AcceptedRuleSet& one) {
           return one.rule_set == rule_set;
         });
}

// In a worker: the only place where a released mail is unpacked and parsed.
MakeAnalyseJob judge_released(const Configuration& configuration, const LoadedRules& rules) {
  return [configuration, rules](const WorkerHelpers&) -> AnalyseJob {
    const auto analysis =
        std::make_shared<Analysis>(rules, configuration.analyzer.thresholds, nullptr);
    return [analysis, configuration](const JobInput& input) {
      const auto mail = unpack_mail(input.bytes, kMostUnpacked);
      if (!mail) return unscanned_verdict_json(mail.error().message);
      AnalysisContext context;
      context.judge_plain_mail = true;
      const TenantSettings* tenant = configuration.find_tenant(input.job.tenant);
      if (tenant != nullptr) context.own_domains = tenant->domains;
      return to_json(analysis->analyze(*mail, context));
    };
  };
}

std::string heaviest_rules(const Verdict& verdict) {
  std::string names;
  for (std::size_t i = 0; i < std::min(kRulesNamed, verdict.hits.size()); ++i)
    names += (names.empty() ? "" : ", ") + verdict.hits[i].rule;
  return names;
}

class Judging {
 public:
  Judging(const Configuration& configuration, const std::string& rule_set,
          std::deque<ReleasedMail> mails, GuardReport& report)
      : configuration_(configuration),
        rule_set_(rule_set),
        mails_(std::move(mails)),
        report_(report) {}

  Result<void> run(WorkerPool& pool) {
    while (next_ < mails_.size() || pool.is_busy()) {
      while (next_ < mails_.size() && pool.has_idle_worker())
        if (auto given = give(pool, next_++); !given) return given;
      if (auto waited = wait(pool); !waited) return waited;
    }
    return {};
  }

  // Of those removed again, one was released from another rule set.
  bool others() const { return others_; }

 private:
  Result<void> give(WorkerPool& pool, std::size_t index) {
    const ReleasedMail& mail = mails_[index];
    const FileDescriptor memory(::memfd_create("released mail", MFD_CLOEXEC));
    if (!memory.is_open()) return last_system_error("memfd");
    if (auto written = write_fully(memory.number(), mail.packed); !written) return written;
    WorkerJob job;
    job.id = index;
    job.length = mail.packed.size();
    job.tenant = mail.tenant;
    return pool.submit(job, {memory.number()});
  }

  Result<void> wait(WorkerPool& pool) {
    std::vector<pollfd> polled;
    pool.watch(polled);
    const auto deadline = pool.until_deadline();
    ::poll(polled.data(), polled.size(), deadline ? static_cast<int>(deadline->count()) : 1000);
    const auto outcomes = pool.collect();
    if (!outcomes) return outcomes.error();
    for (const JobOutcome& outcome : *outcomes) take(outcome);
    return {};
  }

  void take(const JobOutcome& outcome) {
    const ReleasedMail& mail = mails_[outcome.job.id];
    const auto verdict = outcome.answer ? parse_verdict(*outcome.answer)
                                        : Result<Verdict>(temporary(outcome.failure));
    if (!verdict) {
      report_.not_judged.push_back(name_of(mail) + ": " + verdict.error().message);
      return;
    }
    if (verdict->disposition == Disposition::unscanned) {
      report_.not_judged.push_back(name_of(mail) + ": " +
                                   (verdict->errors.empty() ? "" : verdict->errors.front()));
      return;
    }
    if (!is_removed(mail, verdict->disposition)) return;
    report_.removed_again.push_back(name_of(mail) + ": " +
                                    std::string(name_of(verdict->disposition)) + " by " +
                                    heaviest_rules(*verdict));
    others_ = others_ || mail.rule_set != rule_set_;
  }

  bool is_removed(const ReleasedMail& mail, Disposition disposition) const {
    const TenantSettings* tenant = configuration_.find_tenant(mail.tenant);
    if (tenant != nullptr) return may_remove(*tenant, disposition);
    return automatic_action(configuration_.policy, disposition) != Action::none;
  }

  const Configuration& configuration_;
  const std::string& rule_set_;
  const std::deque<ReleasedMail> mails_;
  GuardReport& report_;
  std::size_t next_ = 0;
  bool others_ = false;
};

}  // namespace

Result<GuardReport> check_released_mails(const Configuration& configuration,
                                         const LoadedRules& rules, const Clock& clock) {
  GuardReport report;
  const std::string directory = configuration.paths.released_mails();
  auto mails = read_released(directory, report);
  if (mails.empty()) return report;
  auto pool = WorkerPool::start(pool_settings(configuration.analyzer),
                                judge_released(configuration, rules), {}, clock);
  if (!pool) return within("released mails", pool.error());
  Judging judging(configuration, rules.facts.hash, std::move(mails), report);
  if (auto done = judging.run(*pool); !done) return within("released mails", done.error());
  report.is_accepted = !judging.others() || is_accepted(directory, rules.facts.hash);
  return report;
}

Result<void> refuse_by(const GuardReport& report, const std::string& rule_set) {
  if (report.removed_again.empty() || report.is_accepted) return {};
  std::string text = "rule set " + rule_set + " would remove again what was released by hand:";
  for (const std::string& mail : report.removed_again) text += "\n  " + mail;
  text +=
      "\nChange the rules, or take them all the same: secondlook rules check --accept " + rule_set;
  return forbidden(std::move(text));
}

}  // namespace secondlook
