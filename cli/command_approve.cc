#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/control_client.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/store/store.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::minutes kPatience{1};

constexpr std::string_view kHelp =
    "Usage: secondlook approve [ID] [--reject] [--reason TEXT] [--json]\n\n"
    "A retract of more copies than [policy] approval_above waits until another person than the "
    "one\n"
    "who asked approves it; after 24 hours it expires. Without ID: those that wait. With "
    "--reject:\n"
    "nothing is done; also for the one who asked.\n\n"
    "  --reason TEXT   for the audit\n"
    "  --json          one object a line\n\n"
    "A person is the user at the socket; for root and the service's own user it is who logged "
    "in.\n\n"
    "Exit status: 0 done, or something waits; 1 nothing waits, or refused; 2 bad usage; 3 no "
    "service.\n\n"
    "Example:\n"
    "  secondlook approve\n"
    "  secondlook approve 12 --reason 'seen, ticket 17'\n";

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json json_of(const HandCommand& command, const ControlRequest& request) {
  return {{"command", command.id},
          {"name", command.name},
          {"person", command.person},
          {"asked_at", format_rfc3339(command.asked_at)},
          {"expires_at",
           command.expires_at ? Json(format_rfc3339(*command.expires_at)) : Json(nullptr)},
          {"messages", command.messages},
          {"copies", command.copies},
          {"action", text_or_null(request.action)},
          {"expression", request.select.expression},
          {"message_id", text_or_null(request.select.message_id)},
          {"mailboxes", request.select.mailboxes},
          {"reason", text_or_null(request.reason)}};
}

void add_row(Table& table, const HandCommand& command, const ControlRequest& request) {
  std::string what;
  for (const std::string& word : request.select.expression)
    what += (what.empty() ? "" : " ") + word;
  if (!request.select.message_id.empty()) what += " --message-id " + request.select.message_id;
  if (!request.select.mailboxes.empty())
    what += " in " + std::to_string(request.select.mailboxes.size()) + " named mailboxes";
  table.add({std::to_string(command.id), command.person, std::to_string(command.copies),
             std::to_string(command.messages), request.action, what, request.reason,
             command.expires_at ? format_rfc3339(*command.expires_at).substr(0, 19) + "Z" : ""});
}

int list(const Invocation& invocation, const Configuration& configuration) {
  const Console& console = invocation.console;
  const auto store = open_detections(console, configuration);
  if (!store) return exit_unreachable;
  const auto commands = (*store)->open_hand_commands();
  if (!commands) return report_error(console, commands.error());
  Table table({{"ID", false, true},
               {"ASKED BY"},
               {"COPIES", false, true},
               {"MAILS", false, true},
               {"TO"},
               {"WHAT", true},
               {"WHY", true},
               {"EXPIRES"}});
  bool any = false;
  for (const HandCommand& command : *commands) {
    if (command.state != HandCommandState::awaiting_approval) continue;
    any = true;
    const auto request = parse_control_request(command.request);
    const ControlRequest asked = request ? *request : ControlRequest{};
    if (invocation.arguments.has("json"))
      console.out
          << json_text(json_of(command, asked).dump(-1, ' ', false, Json::error_handler_t::replace))
          << '\n';
    else
      add_row(table, command, asked);
  }
  if (!table.empty()) table.print(console.out, console.width);
  return any ? exit_done : failure(console, "nothing waits for approval");
}

int decide(const Invocation& invocation, const Configuration& configuration, std::int64_t id) {
  const Console& console = invocation.console;
  ControlRequest request;
  request.command = "approve";
  request.of = id;
  request.decision = invocation.arguments.has("reject") ? "reject" : "approve";
  request.reason = invocation.arguments.value("reason");
  request.login = login_name();
  const auto answer = ask_service(
      configuration.paths.control_socket(), request, [](std::string_view) {}, kPatience);
  if (const int status = report_answer(console, answer); status != exit_done) return status;
  if (invocation.arguments.has("json"))
    console.out << json_text(answer.json) << '\n';
  else if (request.decision == "reject")
    console.out << "retract " << id << " rejected\n";
  else
    console.out << "retract " << id << " approved; `secondlook retract --follow " << id
                << "` tells how its copies end\n";
  return exit_done;
}

int run_approve(const Invocation& invocation) {
  const auto& words = invocation.arguments.words();
  // Zero where there is none, so that the compiler sees a number in every case (gcc 12, -O2).
  const std::uint64_t id = words.empty() ? 0 : parse_number(words[0]).value_or(0);
  if (!words.empty() && (id == 0 || id > INT64_MAX))
    return usage_error(invocation.console,
                       "approve: which retract? Its number, as `secondlook approve` lists it");
  if (words.empty() && (invocation.arguments.has("reject") || invocation.arguments.has("reason")))
    return usage_error(invocation.console, "approve: --reject and --reason need an ID");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  if (words.empty()) return list(invocation, *configuration);
  return decide(invocation, *configuration, static_cast<std::int64_t>(id));
}

}  // namespace

Command approve_command() {
  return {"approve",
          "let another person's large retract go, or reject it",
          kHelp,
          {{{"reject"}, {"reason", true}, {"json"}}, false, 1},
          &run_approve};
}

}  // namespace secondlook
