#include <string>

#include "cli/copy_command.h"

namespace secondlook {
namespace {

constexpr std::string_view kUsage =
    "Usage: secondlook retract [EXPR] --to ACTION [OPTIONS]\n"
    "       secondlook retract --follow ID\n\n"
    "Removes mails from mailboxes by hand, in both modes. Shows what it would do and asks.\n\n"
    "  --to ACTION          junk, deleted_items, recoverable (users can fetch it back), purge\n";
constexpr std::string_view kExample =
    "Example:\n"
    "  secondlook retract from:evil.example after:2d --to recoverable --reason 'phish, ticket "
    "17'\n";

const std::string& help() {
  static const std::string kHelp = copy_command_help(kUsage, kExample);
  return kHelp;
}

int run_retract(const Invocation& invocation) {
  if (invocation.arguments.has("follow")) return run_follow(invocation);
  const std::string action = invocation.arguments.value("to");
  const auto known = parse_action(action);
  if (!known || *known == Action::none)
    return usage_error(invocation.console,
                       "retract: --to needs junk, deleted_items, recoverable or purge" +
                           (action.empty() ? "" : ", not \"" + action + "\""));
  auto request = read_copy_request(invocation);
  if (!request) return report_error(invocation.console, within("retract", request.error()));
  request->command = "retract";
  request->action = action;
  return run_on_copies(invocation, std::move(*request));
}

}  // namespace

Command retract_command() {
  return {"retract", "remove mails from mailboxes, by hand", help(),
          copy_command_arguments({{"to", true}}), &run_retract};
}

}  // namespace secondlook
