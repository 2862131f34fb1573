#include <cerrno>

#include <unistd.h>

#include "base/system_error.h"
#include "cli/child_process.h"
#include "cli/commands.h"
#include "cli/control_client.h"
#include "cli/rules_test_run.h"

namespace secondlook {
namespace {

constexpr std::chrono::minutes kPatience{1};

constexpr std::string_view kHelp =
    "Usage: secondlook rules check [--rules PATH]... [PATH]... [--cases DIRECTORY] [--top N]\n"
    "                              [--json]\n"
    "       secondlook rules list  [--rules PATH]... [--json]\n"
    "       secondlook rules check --accept RULE_SET [--reason TEXT]\n"
    "       secondlook rules test DIRECTORY [--cases DIRECTORY] [--json]\n\n"
    "Reads the rules as the service would and says what is wrong with them, or lists them. The\n"
    "confined analyzer does the reading.\n\n"
    "  --rules PATH   a .cf file or a directory of them, instead of the configured rules; check\n"
    "                 takes it without --rules too\n"
    "  --top N        so many of the slowest patterns, 10; 0: do not measure\n"
    "  --cases DIR    check: measure patterns on the mails beneath it too\n\n"
    "check tells the slowest patterns, in microseconds for each kB of a built-in text that is\n"
    "searched, and how often they are tried: behind strings or beginnings that must stand there\n"
    "first, or everywhere. Patterns that reach the match limit on that text are always named.\n\n"
    "A rule set that would remove again what was released by `restore --false-positive` is not\n"
    "taken; the check names the mails and the rule set. --accept tells the running service to "
    "take\n"
    "it all the same, which the audit keeps; then reload it (SIGHUP).\n\n"
    "test judges the mails that stand beside the rules of a directory, in `cases` beneath it or\n"
    "where --cases says: RULE/hit/*.eml (or RULE/*.eml) must hit, RULE/miss/*.eml must not, and\n"
    "of ordinary/*.eml none may come out malicious, suspicious or spoof. A rule needs a score.\n\n"
    "Exit status: 0 good, 1 a case failed, 2 mistakes, each with file, line and reason.\n\n"
    "Example:\n"
    "  secondlook rules check --rules /etc/secondlook/rules\n"
    "  secondlook rules test /etc/secondlook/rules\n";

int become_analyzer(const Invocation& invocation, const std::string& verb) {
  std::vector<std::string> words = {sibling_executable("secondlook-analyzer"), "rules", verb};
  if (!invocation.configuration_path.empty())
    words.insert(words.end(), {"--config", invocation.configuration_path});
  for (const std::string& path : invocation.arguments.values("rules"))
    words.insert(words.end(), {"--rules", path});
  const std::vector<std::string>& given = invocation.arguments.words();
  for (std::size_t i = 1; i < given.size(); ++i) words.insert(words.end(), {"--rules", given[i]});
  for (const char* name : {"cases", "top"})
    if (verb == "check" && invocation.arguments.has(name))
      words.insert(words.end(), {"--" + std::string(name), invocation.arguments.value(name)});
  if (invocation.arguments.has("json")) words.emplace_back("--json");
  std::vector<char*> values;
  for (std::string& word : words) values.push_back(word.data());
  values.push_back(nullptr);
  invocation.console.out.flush();
  ::execv(values[0], values.data());
  return failure(invocation.console, system_error("start " + words[0], errno).message);
}

int accept_rules(const Invocation& invocation) {
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  ControlRequest request;
  request.command = "accept_rules";
  request.rule_set = invocation.arguments.value("accept");
  request.reason = invocation.arguments.value("reason");
  request.login = login_name();
  const auto answer = ask_service(
      configuration->paths.control_socket(), request, [](std::string_view) {}, kPatience);
  if (const int status = report_answer(invocation.console, answer); status != exit_done)
    return status;
  invocation.console.out << "rule set " << request.rule_set
                         << " is taken though it removes released mails; reload the service\n";
  return exit_done;
}

int run_rules(const Invocation& invocation) {
  const auto& words = invocation.arguments.words();
  if (words.empty()) return usage_error(invocation.console, "rules: check, list or test?");
  if (words[0] == "test")
    return words.size() == 2
               ? run_rules_test(invocation, words[1])
               : usage_error(invocation.console, "rules test: which directory of rules, one?");
  if (words[0] != "check" && words[0] != "list")
    return usage_error(invocation.console, "rules: check, list or test, not \"" + words[0] + "\"");
  if (words.size() > 1 && (words[0] != "check" || invocation.arguments.has("accept")))
    return usage_error(invocation.console, "rules: unexpected word \"" + words[1] + "\"");
  if (!invocation.arguments.has("accept")) return become_analyzer(invocation, words[0]);
  if (words[0] != "check" || invocation.arguments.value("accept").empty())
    return usage_error(invocation.console, "rules: --accept is for check, and takes a rule set");
  return accept_rules(invocation);
}

}  // namespace

Command rules_command() {
  return {"rules",
          "check, list or test the rules",
          kHelp,
          {{{"rules", true, true},
            {"json"},
            {"cases", true},
            {"top", true},
            {"accept", true},
            {"reason", true}},
           false},
          &run_rules};
}

}  // namespace secondlook
