#include "cli/copy_command.h"

#include <algorithm>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "cli/control_client.h"
#include "cli/search_help.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

// The service tells of each copy as it is done, and stops waiting after a quiet minute
// (remediation).
constexpr std::chrono::minutes kPatience{3};
constexpr std::size_t kMostPreviewed = 20;
constexpr std::size_t kMostMailboxesCounted = 5;
constexpr std::size_t kBar = 20;

constexpr std::string_view kSharedOptions =
    "  --message-id ID      the mail with this Message-ID\n"
    "  --mailbox ADDRESS    only in this mailbox; may be repeated\n"
    "  --reason TEXT        for the audit\n"
    "  --all-tenants        needed when mails of several tenants match\n"
    "  --dry-run            only show\n"
    "  --yes                do not ask\n"
    "  --json               one object a copy\n"
    "  --follow ID          tells how the copies of an earlier retract or restore end: after "
    "Ctrl-C or\n"
    "                       a restart, which stop the telling, never the work; ID as in\n"
    "                       `secondlook audit`\n\n";
constexpr std::string_view kStatuses =
    "\nExit status: 0 all done, 1 some not or nothing matched, 2 bad usage, 3 no service.\n\n";

std::string plural(std::size_t count, std::string_view noun, std::string_view nouns) {
  return std::to_string(count) + " " + std::string(count == 1 ? noun : nouns);
}

std::string state_cell(const CopyItem& copy) {
  return copy.detail.empty() ? copy.state : copy.state + ": " + copy.detail;
}

nlohmann::json parsed(std::string_view content) {
  auto json = nlohmann::json::parse(content, nullptr, false);
  return json.is_object() ? std::move(json) : nlohmann::json::object();
}

std::uint64_t number(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string text(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

using Counts = std::map<std::string, std::size_t>;

// "junk 2, recoverable 1", the largest first, `most` of them.
std::string counts_line(const Counts& counts, std::size_t most = SIZE_MAX) {
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string line;
  for (std::size_t i = 0; i < sorted.size() && i < most; ++i)
    line += (i == 0 ? "" : ", ") + terminal_text(sorted[i].first) + " " +
            std::to_string(sorted[i].second);
  if (sorted.size() > most) line += ", and " + std::to_string(sorted.size() - most) + " more";
  return line;
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

  int act();

 private:
  int preview();
  std::string question() const;
  void print_table(const std::vector<CopyItem>& copies, std::ostream& out, std::size_t most) const;
  void print_counts(std::ostream& out) const;
  void print_totals() const;
  void take_item(std::string_view item);
  void take_progress(std::string_view progress);
  int finish(const ServiceAnswer& answer);
  int lost(const ServiceAnswer& answer) const;
  int report_waiting_for_approval(const std::string& json, const nlohmann::json& done) const;
  std::string follow_command() const {
    return "secondlook " + std::string(request_.command == "restore" ? "restore" : "retract") +
           " --follow " + std::to_string(command_);
  }

  const Console& console_;
  ControlRequest request_;
  const std::string control_socket_;
  const bool json_;
  std::vector<CopyItem> previewed_, done_;
  std::set<std::int64_t> messages_;
  std::int64_t highest_id_ = 0;
  Counts states_;
  std::size_t copies_ = 0;
  std::size_t not_done_ = 0;
  std::uint64_t command_ = 0;  // its number, once the service has said it
  std::uint64_t expected_ = 0;
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
    print_counts(console_.err);
  } else if (!json_) {
    print_table(previewed_, console_.out, SIZE_MAX);
    print_counts(console_.out);
    console_.out << "dry run: " << plural(previewed_.size(), "copy", "copies") << " of "
                 << plural(messages_.size(), "message", "messages") << ", nothing was done\n";
  }
  expected_ = previewed_.size();
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

void CopyCommand::print_counts(std::ostream& out) const {
  Counts actions, states, mailboxes;
  for (const CopyItem& copy : previewed_) {
    ++actions[copy.action];
    ++states[copy.state];
    ++mailboxes[copy.mailbox];
  }
  out << "by action   " << counts_line(actions) << "\nby state    " << counts_line(states)
      << "\nby mailbox  " << counts_line(mailboxes, kMostMailboxesCounted) << '\n';
}

void CopyCommand::take_item(std::string_view item) {
  CopyItem copy = read_copy_item(item);
  ++copies_;
  ++states_[copy.state];
  if (!is_success(copy.state)) ++not_done_;
  if (json_)
    console_.out << json_text(item) << '\n';
  else
    done_.push_back(std::move(copy));
  console_.progress(progress_bar(copies_, std::max<std::uint64_t>(expected_, copies_)));
}

void CopyCommand::take_progress(std::string_view progress) {
  const auto json = parsed(progress);
  if (command_ == 0 && console_.err_is_terminal && !json_) {
    command_ = number(json, "command");
    console_.err << "command " << command_ << "; Ctrl-C stops the telling, not the work: `"
                 << follow_command() << "`\n";
  }
  command_ = number(json, "command");
  expected_ = std::max(expected_, number(json, "copies"));
  console_.progress(progress_bar(copies_, expected_));
}

int CopyCommand::act() {
  const auto answer = ask_service(
      control_socket_, request_, [&](std::string_view item) { take_item(item); }, kPatience,
      [&](std::string_view progress) { take_progress(progress); });
  console_.progress("");
  if (!json_ && !done_.empty()) print_table(done_, console_.out, SIZE_MAX);
  if (answer.outcome == ServiceAnswer::Outcome::unreachable && command_ != 0) return lost(answer);
  if (answer.outcome != ServiceAnswer::Outcome::done) return report_answer(console_, answer);
  return finish(answer);
}

int CopyCommand::lost(const ServiceAnswer& answer) const {
  return unreachable(console_, answer.error.message +
                                   "\nwhat was asked goes on with the service: `" +
                                   follow_command() + "`");
}

int CopyCommand::finish(const ServiceAnswer& answer) {
  const auto done = parsed(answer.json);
  command_ = std::max(command_, number(done, "command"));
  if (text(done, "state") == "awaiting_approval")
    return report_waiting_for_approval(answer.json, done);
  if (copies_ == 0) return failure(console_, "no copy matches");
  if (!json_) print_totals();
  if (const auto waiting = number(done, "waiting"); waiting > 0 && command_ != 0)
    console_.err << waiting << " still waiting; `" << follow_command() << "` tells how they end\n";
  return not_done_ == 0 ? exit_done : exit_findings;
}

int CopyCommand::report_waiting_for_approval(const std::string& json,
                                             const nlohmann::json& done) const {
  if (json_)
    console_.out << json_text(json) << '\n';
  else
    console_.out << request_.command << ' ' << command_ << " of "
                 << plural(number(done, "copies"), "copy", "copies")
                 << " waits until another person says `secondlook approve " << command_
                 << "`, until " << terminal_text(text(done, "expires_at")) << '\n';
  return exit_findings;
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

std::string progress_bar(std::uint64_t ended, std::uint64_t copies) {
  if (copies == 0) return std::to_string(ended) + " copies";
  const std::size_t full = static_cast<std::size_t>(std::min(ended, copies) * kBar / copies);
  return "[" + std::string(full, '#') + std::string(kBar - full, '-') + "] " +
         std::to_string(ended) + " of " + std::to_string(copies) + " copies";
}

int run_follow(const Invocation& invocation) {
  const auto id = parse_number(invocation.arguments.value("follow"));
  if (!id || *id == 0 || *id > INT64_MAX || !invocation.arguments.words().empty())
    return usage_error(invocation.console,
                       "--follow: the number of a retract or restore, and no EXPR");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  ControlRequest request;
  request.command = "follow";
  request.of = static_cast<std::int64_t>(*id);
  request.login = login_name();
  return CopyCommand(invocation, std::move(request), configuration->paths.control_socket()).act();
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
        OptionRule{"reason", true}, OptionRule{"follow", true}, OptionRule{"all-tenants"},
        OptionRule{"dry-run"}, OptionRule{"yes"}, OptionRule{"json"}})
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
