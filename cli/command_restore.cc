#include <string>

#include "cli/copy_command.h"

namespace secondlook {
namespace {

constexpr std::string_view kUsage =
    "Usage: secondlook restore EXPR [OPTIONS]\n"
    "       secondlook restore --follow ID\n\n"
    "Puts removed copies back where they were, with read flag, categories, flag and importance.\n"
    "Shows what it would do and asks. One copy: id:4711 --mailbox ADDRESS; a rule's hits: "
    "rule:NAME;\n"
    "a whole retraction, and nothing else of its mails: command:12.\n\n"
    "  --false-positive     the verdict was wrong: remembered\n";
constexpr std::string_view kExample =
    "Example:\n"
    "  secondlook restore id:4711 --false-positive --reason 'newsletter of our bank'\n";

const std::string& help() {
  static const std::string kHelp = copy_command_help(kUsage, kExample);
  return kHelp;
}

int run_restore(const Invocation& invocation) {
  if (invocation.arguments.has("follow")) return run_follow(invocation);
  auto request = read_copy_request(invocation);
  if (!request) return report_error(invocation.console, within("restore", request.error()));
  request->command = "restore";
  request->false_positive = invocation.arguments.has("false-positive");
  return run_on_copies(invocation, std::move(*request));
}

}  // namespace

Command restore_command() {
  return {"restore", "put removed mails back", help(), copy_command_arguments({{"false-positive"}}),
          &run_restore};
}

}  // namespace secondlook
