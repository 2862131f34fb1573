// What `retract` and `restore` share: preview, question, progress, outcome. Both are requests to
// the service that act on copies of mails.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "schema/control_message.h"

namespace secondlook {

// --mailbox, --message-id, --reason, --all-tenants, --dry-run and EXPR into a request. malformed:
// EXPR cannot be read, or nothing narrows the selection down.
Result<ControlRequest> read_copy_request(const Invocation& invocation);

// `secondlook NAME --help`: `usage` (what it does, its own options), the shared options, EXPR, exit
// status, then `example`.
std::string copy_command_help(std::string_view usage, std::string_view example);
// The shared options and EXPR's words, and `own` options.
ArgumentRules copy_command_arguments(std::vector<OptionRule> own);

// Previews and asks unless --yes or --dry-run, then does it. `verb`: "retract" "restore". Refuses
// without terminal and without --yes. What is done is bounded to the messages of the preview.
int run_on_copies(const Invocation& invocation, ControlRequest request);

// --follow ID: tells how the copies of an earlier retract or restore end.
int run_follow(const Invocation& invocation);

// "[######--------------] 1234 of 4980 copies"; without a bar while the whole is not known.
std::string progress_bar(std::uint64_t ended, std::uint64_t copies);

// Whether a copy in this state is as the command wanted it; the others make exit status 1.
bool is_success(std::string_view state);

}  // namespace secondlook
