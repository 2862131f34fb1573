#include "cli/rules_test_run.h"

#include <map>
#include <set>

#include <sys/wait.h>

#include "cli/child_process.h"
#include "cli/rule_cases.h"
#include "cli/scan_program.h"
#include "cli/scan_run.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::chrono::minutes kPatience{10};  // rules may have to be compiled

class CaseReport {
 public:
  CaseReport(const Console& console, bool json, const std::vector<RuleCase>& cases)
      : console_(console), json_(json) {
    for (const RuleCase& each : cases) {
      cases_[each.file] = each;
      if (each.wanted != RuleCase::Wanted::ordinary) rules_.insert(each.rule);
    }
  }

  void take(const std::string& file, const Verdict& verdict) {
    const RuleCase& wanted = cases_.at(file);
    const std::string failure = failure_of(wanted, verdict);
    ++judged_;
    failed_ += failure.empty() ? 0 : 1;
    if (json_) {
      print_json(wanted, verdict, failure);
    } else if (!failure.empty()) {
      console_.out << console_.coloured(Colour::red, "FAILED") << "  " << wanted.rule << "  "
                   << terminal_text(file) << ": " << terminal_text(failure) << '\n';
    }
  }

  void complain(const Error& error) {
    unreadable_ = true;
    usage_error(console_, error.message);
  }

  int finish() const {
    if (!json_)
      console_.out << judged_ << " cases of " << rules_.size() << " rules: " << judged_ - failed_
                   << " passed, " << failed_ << " failed\n";
    return unreadable_ ? exit_usage : failed_ > 0 ? exit_findings : exit_done;
  }

 private:
  void print_json(const RuleCase& wanted, const Verdict& verdict, const std::string& failure) {
    std::string hits;
    for (const RuleHit& hit : verdict.hits)
      hits += (hits.empty() ? "" : ",") + json_string(hit.rule);
    console_.out << "{\"rule\":" << json_string(wanted.rule)
                 << ",\"file\":" << json_string(wanted.file)
                 << ",\"wanted\":" << json_string(std::string(name_of(wanted.wanted)))
                 << ",\"passed\":" << (failure.empty() ? "true" : "false")
                 << ",\"failure\":" << (failure.empty() ? "null" : json_string(failure))
                 << ",\"disposition\":" << json_string(std::string(name_of(verdict.disposition)))
                 << ",\"hits\":[" << hits << "]}\n";
  }

  const Console& console_;
  const bool json_;
  std::map<std::string, RuleCase> cases_;
  std::set<std::string> rules_;
  std::size_t judged_ = 0, failed_ = 0;
  bool unreadable_ = false;
};

// Says what is wrong with the rules, or with the names of cases, on its own.
int check_names(const Invocation& invocation, const std::string& directory,
                const std::set<std::string>& names) {
  ChildPlan plan{sibling_executable("secondlook-analyzer"), {"rules", "cases"}, {}, {}, {}};
  if (!invocation.configuration_path.empty())
    plan.arguments.insert(plan.arguments.end(), {"--config", invocation.configuration_path});
  plan.arguments.insert(plan.arguments.end(), {"--rules", directory});
  if (invocation.arguments.has("json")) plan.arguments.emplace_back("--json");
  plan.arguments.insert(plan.arguments.end(), names.begin(), names.end());
  invocation.console.out.flush();
  const auto child = start_child(plan);
  if (!child) return failure(invocation.console, child.error().message);
  const int status = await_or_kill(*child, kPatience);
  return WIFEXITED(status) ? WEXITSTATUS(status)
                           : failure(invocation.console, "the analyzer " + how_it_ended(status));
}

}  // namespace

int run_rules_test(const Invocation& invocation, const std::string& directory) {
  const std::string named = invocation.arguments.value("cases");
  const auto cases = find_rule_cases(named.empty() ? directory + "/cases" : named);
  if (!cases) return usage_error(invocation.console, "rules test: " + cases.error().message);
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  std::vector<std::string> files;
  std::set<std::string> names;
  for (const RuleCase& each : *cases) {
    files.push_back(each.file);
    if (each.wanted != RuleCase::Wanted::ordinary) names.insert(each.rule);
  }
  if (const int status = check_names(invocation, directory, names); status != exit_done)
    return status;
  CaseReport report(invocation.console, invocation.arguments.has("json"), *cases);
  ScanSource source(files);
  const ScanReport to_report{
      [&](const auto& file, const auto& verdict) { report.take(file, verdict); },
      [&](const Error& error) { report.complain(error); }};
  const auto program = scan_program(invocation, *configuration, {directory});
  if (const auto scanned = scan_files(program, source, to_report); !scanned)
    return report_error(invocation.console, scanned.error());
  return report.finish();
}

}  // namespace secondlook
