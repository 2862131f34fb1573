#include "cli/copy_command.h"

#include <algorithm>
#include <map>
#include <set>

#include "cli/control_client.h"
#include "cli/search_help.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

// The service tells of each copy as it is done, and stops waiting after a minute (remediation).
constexpr std::chrono::minutes kPatience{3};
constexpr std::size_t kMostPreviewed = 20;

constexpr std::string_view kSharedOptions =
    "  --message-id ID      the mail with this Message-ID\n"
    "  --mailbox ADDRESS    only in this mailbox; may be repeated\n"
    "  --reason TEXT        for the audit\n"
    "  --all-tenants        needed when mails of several tenants match\n"
    "  --dry-run            only show\n"
    "  --yes                do not ask\n"
    "  --json               one object a copy\n\n";
constexpr std::string_view kStatuses =
    "\nExit status: 0 all done, 1 some not or nothing matched, 2 bad usage, 3 no service.\n\n";

std::string plural(std::size_t count, std::string_view noun, std::string_view nouns) {
  return std::to_string(count) + " " + std::string(count == 1 ? noun : nouns);
}

std::string state_cell(const CopyItem& copy) {
  return copy.detail.empty() ? copy.state : copy.state + ": " + copy.detail;
}

class CopyCommand {
 public:
  CopyCommand(const Invocation& invocation, ControlRequest request, std::string control_socket)
      : console_(invocation.console),
        request_(std::move(request)),
        control_socket_(std::move(control_socket)),
        json_(invocation.arguments.has("json")) {}

  int run(bool yes) {
    if (!yes || request_.dry_run) {
      if (const int status = preview(); status != exit_done || request_.dry_run) return status;
      if (!console_.confirm(question())) return failure(console_, "nothing was done");
      request_.select.last_id = highest_id_;
    }
    return act();
  }

 private:
  int preview();
  int act();
  std::string question() const;
  void print_table(const std::vector<CopyItem>& copies, std::ostream& out, std::size_t most) const;
  void print_totals() const;

  const Console& console_;
  ControlRequest request_;
  const std::string control_socket_;
  const bool json_;
  std::vector<CopyItem> previewed_;
  std::set<std::int64_t> messages_;
  std::int64_t highest_id_ = 0;
  std::map<std::string, std::size_t> states_;
  std::size_t copies_ = 0;
  std::size_t not_done_ = 0;
};

int CopyCommand::preview() {
  ControlRequest dry_run = request_;
  dry_run.dry_run = true;
  const auto answer = ask_service(
      control_socket_, dry_run,
      [&](std::string_view item) {
        if (json_ && request_.dry_run) console_.out << json_text(item) << '\n';
        previewed_.push_back(read_copy_item(item));
        messages_.insert(previewed_.back().id);
        highest_id_ = std::max(highest_id_, previewed_.back().id);
      },
      kPatience);
  if (answer.outcome != ServiceAnswer::Outcome::done) return report_answer(console_, answer);
  if (previewed_.empty()) return failure(console_, "no copy matches");
  if (!request_.dry_run) {  // the question stands on err, and what it is about beside it
    print_table(previewed_, console_.err, kMostPreviewed);
  } else if (!json_) {
    print_table(previewed_, console_.out, SIZE_MAX);
    console_.out << "dry run: " << plural(previewed_.size(), "copy", "copies") << " of "
                 << plural(messages_.size(), "message", "messages") << ", nothing was done\n";
  }
  return exit_done;
}

std::string CopyCommand::question() const {
  std::string question = request_.command == "restore" ? "Restore " : "Retract ";
  question += plural(previewed_.size(), "copy", "copies") + " of " +
              plural(messages_.size(), "message", "messages");
  if (request_.command == "retract") question += " to " + request_.action;
  if (request_.action == "purge")
    question += " (out of the users' reach; undone only while the journal log keeps the original)";
  return question + "?";
}

void CopyCommand::print_table(const std::vector<CopyItem>& copies, std::ostream& out,
                              std::size_t most) const {
  Table table({{"ID", false, true}, {"MAILBOX"}, {"ACTION"}, {"STATE", true}});
  for (std::size_t i = 0; i < copies.size() && i < most; ++i)
    table.add(
        {std::to_string(copies[i].id), copies[i].mailbox, copies[i].action, state_cell(copies[i])});
  table.print(out, console_.width);
  if (copies.size() > most) out << "and " << copies.size() - most << " more\n";
}

int CopyCommand::act() {
  std::vector<CopyItem> copies;
  const auto answer = ask_service(
      control_socket_, request_,
      [&](std::string_view item) {
        CopyItem copy = read_copy_item(item);
        ++copies_;
        ++states_[copy.state];
        if (!is_success(copy.state)) ++not_done_;
        if (json_) {
          console_.out << json_text(item) << '\n';
        } else {
          copies.push_back(std::move(copy));
          console_.progress(std::to_string(copies_) +
                            (previewed_.empty() ? "" : " of " + std::to_string(previewed_.size())) +
                            " copies");
        }
      },
      kPatience);
  console_.progress("");
  if (!json_ && !copies.empty()) print_table(copies, console_.out, SIZE_MAX);
  if (answer.outcome != ServiceAnswer::Outcome::done) return report_answer(console_, answer);
  if (copies_ == 0) return failure(console_, "no copy matches");
  if (!json_) print_totals();
  return not_done_ == 0 ? exit_done : exit_findings;
}

void CopyCommand::print_totals() const {
  console_.out << plural(copies_, "copy", "copies") << ":";
  std::string_view separator = " ";
  for (const auto& [state, count] : states_) {
    console_.out << separator << count << ' ' << terminal_text(state);
    separator = ", ";
  }
  console_.out << '\n';
}

}  // namespace

bool is_success(std::string_view state) {
  return state == "removed" || state == "already_removed" || state == "restored" ||
         state == "external" || state == "withdrawn";
}

std::string copy_command_help(std::string_view usage, std::string_view example) {
  std::string help(usage);
  for (const std::string_view part : {kSharedOptions, kExpressionHelp, kStatuses, example})
    help += part;
  return help;
}

ArgumentRules copy_command_arguments(std::vector<OptionRule> own) {
  for (const OptionRule& shared :
       {OptionRule{"message-id", true}, OptionRule{"mailbox", true, true},
        OptionRule{"reason", true}, OptionRule{"all-tenants"}, OptionRule{"dry-run"},
        OptionRule{"yes"}, OptionRule{"json"}})
    own.push_back(shared);
  return {std::move(own), true};
}

Result<ControlRequest> read_copy_request(const Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  ControlRequest request;
  request.select.expression = arguments.words();
  request.select.message_id = arguments.value("message-id");
  request.select.mailboxes = arguments.values("mailbox");
  request.select.all_tenants = arguments.has("all-tenants");
  request.reason = arguments.value("reason");
  request.dry_run = arguments.has("dry-run");
  request.login = login_name();
  if (request.select.expression.empty() && request.select.message_id.empty())
    return malformed("which mail? EXPR or --message-id is needed");
  if (const auto query = parse_search(request.select.expression, invocation.clock.now()); !query)
    return query.error();
  return request;
}

int run_on_copies(const Invocation& invocation, ControlRequest request) {
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  const Console& console = invocation.console;
  const bool yes = invocation.arguments.has("yes");
  if (!yes && !request.dry_run && !console.in_is_terminal)
    return usage_error(console, request.command +
                                    ": without a terminal nobody can be asked; look with "
                                    "--dry-run, then say --yes");
  return CopyCommand(invocation, std::move(request), configuration->paths.control_socket())
      .run(yes);
}

}  // namespace secondlook
