// Four eyes: a retract of many copies waits until another person says yes or no.
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "remediation/command_runner.h"
#include "remediation/control_commands.h"

namespace secondlook {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<HandCommand> waiting_command(Store& store, std::int64_t id, Timestamp now) {
  auto command = store.hand_command(id);
  if (!command) return command.error();
  if (!*command) return not_found("there is no retract " + std::to_string(id));
  const std::string named = (*command)->cause();
  if ((*command)->state != HandCommandState::awaiting_approval)
    return not_found(named + " waits for nobody: it is " + std::string(name_of((*command)->state)));
  if ((*command)->expires_at && now >= *(*command)->expires_at)
    return not_found(named + " has expired: ask for it again");
  return std::move(**command);
}

struct Decision {
  HandCommand command;
  std::vector<AuditRow> rows;
};

// The row that says who decided, and where nothing follows, the one that says how it ended.
Result<Decision> decide(Store& store, const ControlContext& context, const ControlCall& call) {
  const Timestamp now = context.clock.now();
  auto command = waiting_command(store, *call.request.of, now);
  if (!command) return command.error();
  const bool rejects = call.request.decision == "reject";
  if (!rejects && command->person == call.person)
    return forbidden(command->cause() + " was asked for by " + call.person +
                     ": another person has to approve it");
  Decision decision{std::move(*command), {}};
  decision.command.state = rejects ? HandCommandState::rejected : HandCommandState::planning;
  if (auto written = store.update_hand_command(decision.command); !written) return written.error();
  AuditEntry entry = audit_entry(context, call);
  entry.about = decision.command.id;
  auto row = store.append_audit(entry);
  if (!row) return row.error();
  decision.rows.push_back(std::move(*row));
  if (!rejects) return decision;
  auto ended = append_outcome(
      store, decision.command, now,
      dump({{"rejected", call.request.reason.empty() ? "no reason given" : call.request.reason},
            {"by", who_asks(call)}}));
  if (!ended) return ended.error();
  decision.rows.push_back(std::move(*ended));
  return decision;
}

}  // namespace

Result<std::string> answer_approve(const ControlContext& context, const ControlCall& call) {
  const std::string& wanted = call.request.decision;
  if (!call.request.of) return malformed("which retract? Its number is needed");
  if (wanted != "approve" && wanted != "reject")
    return malformed("decision \"" + wanted + "\": approve or reject");
  const auto decision =
      context.store.in_transaction([&](Store& store) { return decide(store, context, call); });
  if (!decision && decision.error().kind == Error::Kind::forbidden) {
    log_warning("approval refused", {{"reason", decision.error().message}});
    if (auto noted = audit_refusal(context, call, decision.error().message); !noted)
      return noted.error();
  }
  if (!decision) return decision.error();
  for (const AuditRow& row : decision->rows) log_audit(row);
  log_warning(wanted == "approve" ? "command approved" : "command rejected",
              {{"cause", decision->command.cause()}, {"by", call.who}, {"person", call.person}});
  context.runner.wake();
  return dump({{"command", decision->command.id},
               {"state", std::string(name_of(decision->command.state))},
               {"copies", decision->command.copies}});
}

}  // namespace secondlook
