// retract, restore and follow: what the operator asks is written down, carried out by the
// CommandRunner, and told here as it ends.
#include <algorithm>
#include <atomic>
#include <map>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "remediation/command_runner.h"
#include "remediation/control_commands.h"
#include "remediation/copy_report.h"
#include "remediation/hand_work.h"
#include "remediation/selection.h"

namespace secondlook {
namespace {

using nlohmann::json;

constexpr std::chrono::hours kApprovalTime{24};
constexpr std::chrono::hours kCountedTogether{1};  // a person's retracts, for approval_above

Result<std::string> preview(const ControlContext& context, Store& read_only,
                            const std::vector<AddressedMessage>& messages, const HandWork& work,
                            bool restores, CopyReport& report) {
  for (const AddressedMessage& message : messages) {
    const auto plan =
        plan_for(read_only, message, context.tenants, work, restores, context.clock.now());
    if (!plan) return plan.error();
    for (const Step& step : plan->withdrawn) report.tell(step);
    for (const Step& step : plan->added) report.tell(step);
  }
  return report.done();
}

Result<void> check_tenants(const ControlContext& context,
                           const std::vector<AddressedMessage>& messages) {
  for (const AddressedMessage& message : messages)
    if (!context.tenants.contains(message.tenant))
      return not_found("tenant " + message.tenant + " is not configured");
  return {};
}

using CountedCopies = std::map<std::string, std::uint64_t>;  // by tenant

std::uint64_t sum(const CountedCopies& counted) {
  std::uint64_t copies = 0;
  for (const auto& [tenant, of_tenant] : counted) copies += of_tenant;
  return copies;
}

// Whether one tenant's [policy] approval_above is passed, with what the person had retracted
// before.
bool need_approval(const ControlContext& context, const CountedCopies& counted,
                   std::uint64_t before) {
  return std::any_of(counted.begin(), counted.end(), [&](const auto& of_tenant) {
    const std::uint64_t limit = context.tenants.at(of_tenant.first).settings.policy.approval_above;
    return limit > 0 && of_tenant.second + before > limit;
  });
}

// Copies that would be acted on. Not counted where nobody asks for the number.
Result<CountedCopies> count_copies(const ControlContext& context, Store& read_only,
                                   const std::vector<AddressedMessage>& messages,
                                   const HandWork& work) {
  CountedCopies counted;
  if (std::none_of(messages.begin(), messages.end(), [&](const AddressedMessage& message) {
        return context.tenants.at(message.tenant).settings.policy.approval_above > 0;
      }))
    return counted;
  for (const AddressedMessage& message : messages) {
    const auto plan =
        plan_for(read_only, message, context.tenants, work, false, context.clock.now());
    if (!plan) return plan.error();
    for (const Step& step : plan->added)
      if (!is_final(step.state)) ++counted[message.tenant];
  }
  return counted;
}

// The command and its row in the audit, in one transaction: neither stands without the other.
Result<HandCommand> write_down(const ControlContext& context, const ControlCall& call,
                               const std::vector<AddressedMessage>& messages,
                               const CountedCopies& counted) {
  std::vector<MessageRowId> ids;
  for (const AddressedMessage& message : messages) ids.push_back(message.id);
  HandCommand command;
  command.name = call.request.command;
  command.person = call.person;
  command.request = to_json(call.request);
  command.asked_at = context.clock.now();
  command.messages = ids.size();
  command.copies = sum(counted);
  const auto row = context.store.in_transaction([&](Store& store) -> Result<AuditRow> {
    // Else a large retract cut into small ones would need nobody.
    const auto before = store.copies_retracted(command.person, command.asked_at - kCountedTogether);
    if (!before) return before.error();
    if (need_approval(context, counted, *before)) {
      command.state = HandCommandState::awaiting_approval;
      command.expires_at = command.asked_at + kApprovalTime;
    }
    auto appended = store.append_audit(audit_entry(context, call));
    if (!appended) return appended;
    command.id = appended->id;
    if (auto added = store.add_hand_command(command, ids); !added) return added.error();
    return appended;
  });
  if (!row) return row.error();
  log_audit(*row);
  log_info(
      "command",
      {{"cause", command.cause()}, {"by", call.who}, {"messages", std::to_string(ids.size())}});
  return command;
}

std::string waits_for_approval(const HandCommand& command) {
  log_warning("command waits for approval", {{"cause", command.cause()},
                                             {"person", command.person},
                                             {"copies", std::to_string(command.copies)}});
  const json answer = {{"command", command.id},
                       {"state", std::string(name_of(command.state))},
                       {"messages", command.messages},
                       {"copies", command.copies},
                       {"expires_at", format_rfc3339(*command.expires_at)}};
  return answer.dump();
}

// Those who listen hold a thread each; some must be left for everybody else.
constexpr unsigned kMostListeners = 5;

class Listener {
 public:
  explicit Listener(std::atomic<unsigned>& count)
      : count_(count), may_stay_(++count <= kMostListeners) {}
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { --count_; }
  bool may_stay() const { return may_stay_; }

 private:
  std::atomic<unsigned>& count_;
  bool may_stay_;
};

Result<std::string> tell(const ControlContext& context, const ControlCall& call,
                         std::int64_t command, std::uint64_t seen) {
  const Listener listener(context.runner.listeners());
  CopyReport report(context, call.sink, call.progress);
  if (auto followed = report.follow(command, seen, listener.may_stay()); !followed)
    return followed.error();
  if (auto closed = context.runner.close_if_ended(command); !closed) return closed.error();
  const auto stored = context.store.with([&](Store& store) { return store.hand_command(command); });
  if (!stored) return stored.error();
  if (*stored && !(*stored)->failure.empty()) return internal((*stored)->failure);
  return report.done();
}

Result<std::string> act(const ControlContext& context, const ControlCall& call) {
  const bool restores = call.request.command == "restore";
  auto work = hand_work(call.request, context.clock.now());
  if (!work) return work.error();
  auto read_only = Store::open_read_only(context.configuration.paths.database);
  if (!read_only) return read_only.error();
  if (auto added = add_other_addresses(**read_only, context.tenants, *work); !added)
    return added.error();
  CopySelection selection = call.request.select;
  selection.mailboxes = work->mailboxes;
  const auto messages = select_messages(**read_only, selection, context.clock.now());
  if (!messages) return messages.error();
  if (!restores)
    if (auto known = check_tenants(context, *messages); !known) return known.error();
  if (call.request.dry_run) {
    CopyReport report(context, call.sink, call.progress);
    return preview(context, **read_only, *messages, *work, restores, report);
  }
  auto counted = restores ? Result<CountedCopies>(CountedCopies{})
                          : count_copies(context, **read_only, *messages, *work);
  if (!counted) return counted.error();
  const std::uint64_t seen = context.queue.changes();
  const auto command = write_down(context, call, *messages, *counted);
  if (!command) return command.error();
  if (command->state == HandCommandState::awaiting_approval) return waits_for_approval(*command);
  context.runner.wake();
  return tell(context, call, command->id, seen);
}

}  // namespace

Result<std::string> answer_retract(const ControlContext& context, const ControlCall& call) {
  return act(context, call);
}

Result<std::string> answer_restore(const ControlContext& context, const ControlCall& call) {
  return act(context, call);
}

Result<std::string> answer_follow(const ControlContext& context, const ControlCall& call) {
  const std::uint64_t seen = context.queue.changes();
  const auto command = context.store.with(
      [&](Store& store) { return store.hand_command(call.request.of.value_or(0)); });
  if (!command) return command.error();
  if (!*command)
    return not_found("there is no retract or restore " +
                     std::to_string(call.request.of.value_or(0)) +
                     "; `secondlook audit` lists them");
  return tell(context, call, (*command)->id, seen);
}

}  // namespace secondlook
