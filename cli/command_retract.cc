#include <string>

#include "cli/copy_command.h"
#include "cli/search_help.h"

namespace secondlook {
namespace {

constexpr std::string_view kUsage =
    "Usage: secondlook retract [EXPR] --to ACTION [OPTIONS]\n\n"
    "Removes mails from mailboxes by hand, in both modes. Shows what it would do and asks.\n\n"
    "  --to ACTION          junk, deleted_items, recoverable (users can fetch it back), purge\n"
    "  --message-id ID      the mail with this Message-ID\n"
    "  --mailbox ADDRESS    only in this mailbox; may be repeated\n"
    "  --reason TEXT        for the audit\n"
    "  --all-tenants        needed when mails of several tenants match\n"
    "  --dry-run            only show\n"
    "  --yes                do not ask\n"
    "  --json               one object a copy\n\n";
constexpr std::string_view kExample =
    "\nExit status: 0 all done, 1 some not or nothing matched, 2 bad usage, 3 no service.\n\n"
    "Example:\n"
    "  secondlook retract from:evil.example after:2d --to recoverable --reason 'phish, ticket "
    "17'\n";

const std::string& help() {
  static const std::string kHelp =
      std::string(kUsage) + std::string(kExpressionHelp) + std::string(kExample);
  return kHelp;
}

int run_retract(const Invocation& invocation) {
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
  return {"retract",
          "remove mails from mailboxes, by hand",
          help(),
          {{{"to", true},
            {"message-id", true},
            {"mailbox", true, true},
            {"reason", true},
            {"all-tenants"},
            {"dry-run"},
            {"yes"},
            {"json"}},
           true},
          &run_retract};
}

}  // namespace secondlook
