#include <string>

#include "cli/copy_command.h"
#include "cli/search_help.h"

namespace secondlook {
namespace {

constexpr std::string_view kUsage =
    "Usage: secondlook restore EXPR [OPTIONS]\n\n"
    "Puts removed copies back where they were, with read flag, categories, flag and importance.\n"
    "Shows what it would do and asks.\n\n"
    "  --message-id ID      the mail with this Message-ID\n"
    "  --mailbox ADDRESS    only in this mailbox; may be repeated\n"
    "  --reason TEXT        for the audit\n"
    "  --false-positive     the verdict was wrong: remembered\n"
    "  --all-tenants        needed when mails of several tenants match\n"
    "  --dry-run            only show\n"
    "  --yes                do not ask\n"
    "  --json               one object a copy\n\n";
constexpr std::string_view kExample =
    "\nExit status: 0 all done, 1 some not or nothing matched, 2 bad usage, 3 no service.\n\n"
    "Example:\n"
    "  secondlook restore id:4711 --false-positive --reason 'newsletter of our bank'\n";

const std::string& help() {
  static const std::string kHelp =
      std::string(kUsage) + std::string(kExpressionHelp) + std::string(kExample);
  return kHelp;
}

int run_restore(const Invocation& invocation) {
  auto request = read_copy_request(invocation);
  if (!request) return report_error(invocation.console, within("restore", request.error()));
  request->command = "restore";
  request->false_positive = invocation.arguments.has("false-positive");
  return run_on_copies(invocation, std::move(*request));
}

}  // namespace

Command restore_command() {
  return {"restore",
          "put removed mails back",
          help(),
          {{{"message-id", true},
            {"mailbox", true, true},
            {"reason", true},
            {"false-positive"},
            {"all-tenants"},
            {"dry-run"},
            {"yes"},
            {"json"}},
           true},
          &run_restore};
}

}  // namespace secondlook
