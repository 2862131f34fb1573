#include <map>

#include "cli/commands.h"
#include "cli/scan_program.h"
#include "cli/scan_run.h"
#include "cli/terminal_text.h"
#include "cli/verdict_view.h"

namespace secondlook {
namespace {

constexpr std::string_view kHelp =
    "Usage: secondlook [--config FILE] scan FILE... [--rules PATH]... [--json]\n\n"
    "Analyses mails or journal reports in a confined process of its own; no service is needed\n"
    "and nothing is recorded. A directory means every file beneath it, - standard input.\n\n"
    "  --rules PATH   a .cf file or a directory of them, instead of the configured rules\n"
    "  --json         one object a line, in the order of the arguments\n\n"
    "Exit status: 0 nothing found, 1 something found or unscanned, 2 bad rules or a file that\n"
    "cannot be read.\n\n"
    "Example:\n"
    "  secondlook scan --json suspicious.eml mails/ | jq .disposition\n";

bool is_finding(Disposition disposition) {
  switch (disposition) {
    case Disposition::clean:
    case Disposition::not_a_report:
    case Disposition::forged_report: return false;
    default: return true;
  }
}

// "file" in front of the verdict's own members.
void print_json(const Console& console, const std::string& file, const Verdict& verdict) {
  console.out << "{\"file\":" << json_string(file) << ',' << json_text(to_json(verdict)).substr(1)
              << '\n';
}

void print_text(const Console& console, const std::string& file, const Verdict& verdict) {
  const std::string name(name_of(verdict.disposition));
  const std::string score = score_text(verdict.score);
  console.out << console.coloured(colour_of(verdict.disposition), name)
              << std::string(name.size() < 13 ? 13 - name.size() : 1, ' ')
              << std::string(score.size() < 6 ? 6 - score.size() : 0, ' ') << score << "  "
              << terminal_text(file) << '\n';
  if (is_finding(verdict.disposition)) print_facts(console, verdict);
  print_hits(console, verdict);
}

class ScanCommand {
 public:
  explicit ScanCommand(const Invocation& invocation)
      : console_(invocation.console), json_(invocation.arguments.has("json")) {}

  int run(const AnalyzerProgram& program, const std::vector<std::string>& files) {
    ScanSource source(files);
    const ScanReport report{[this](const auto& file, const auto& verdict) { take(file, verdict); },
                            [this](const Error& error) { complain(error); }};
    if (const auto scanned = scan_files(program, source, report); !scanned)
      return report_error(console_, scanned.error());
    console_.progress("");
    if (!json_ && total_ > 1) print_totals();
    return unreadable_ ? exit_usage : found_ ? exit_findings : exit_done;
  }

 private:
  void take(const std::string& file, const Verdict& verdict) {
    ++total_;
    ++totals_[std::string(name_of(verdict.disposition))];
    found_ = found_ || is_finding(verdict.disposition);
    if (console_.out_is_terminal) console_.progress("");
    json_ ? print_json(console_, file, verdict) : print_text(console_, file, verdict);
    if (!console_.out_is_terminal && total_ % 64 == 0)
      console_.progress(std::to_string(total_) + " files");
  }

  void complain(const Error& error) {
    unreadable_ = true;
    usage_error(console_, error.message);
  }

  void print_totals() const {
    console_.out << '\n' << total_ << " files:";
    std::string_view separator = " ";
    for (const auto& [name, count] : totals_) {
      console_.out << separator << count << ' ' << name;
      separator = ", ";
    }
    console_.out << '\n';
  }

  const Console& console_;
  const bool json_;
  std::size_t total_ = 0;
  std::map<std::string, std::size_t> totals_;
  bool found_ = false;
  bool unreadable_ = false;
};

int run_scan(const Invocation& invocation) {
  if (invocation.arguments.words().empty())
    return usage_error(invocation.console,
                       "scan: which file? `secondlook scan --help` explains it");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  const AnalyzerProgram program =
      scan_program(invocation, *configuration, invocation.arguments.values("rules"));
  return ScanCommand(invocation).run(program, invocation.arguments.words());
}

}  // namespace

Command scan_command() {
  return {"scan",
          "analyse files, without the service",
          kHelp,
          {{{"json"}, {"rules", true, true}}, false},
          &run_scan};
}

}  // namespace secondlook
