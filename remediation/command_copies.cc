#include "base/log.h"
#include "remediation/control_commands.h"
#include "remediation/copy_report.h"
#include "remediation/mail_address.h"
#include "remediation/plan.h"
#include "remediation/selection.h"

namespace secondlook {
namespace {

// So many messages a transaction: recording goes on in between.
constexpr std::size_t kMessagesAtOnce = 64;

enum class Kind { retract, restore };

Result<HandWork> hand_work(const ControlRequest& request, Kind kind) {
  HandWork work;
  for (const std::string& mailbox : request.select.mailboxes)
    work.mailboxes.push_back(lower_case(mailbox));
  if (kind == Kind::restore) return work;
  const auto action = parse_action(request.action);
  if (!action || *action == Action::none)
    return malformed("action \"" + request.action +
                     "\": junk, deleted_items, recoverable or purge");
  work.action = *action;
  return work;
}

Result<Plan> plan_for(const ControlContext& context, Store& store, const SelectedMessage& message,
                      const HandWork& work, Kind kind) {
  const auto existing = store.steps_of(message.id);
  if (!existing) return existing.error();
  const Timestamp now = context.clock.now();
  if (kind == Kind::restore) return plan_restore(*existing, work, now);
  const auto tenant = context.tenants.find(message.tenant);
  if (tenant == context.tenants.end())
    return not_found("tenant " + message.tenant + " is not configured");
  return plan_retract(message.id, message.recipients, tenant->second.settings, *existing, work,
                      now);
}

// Writes the plan; the steps as they now stand.
Result<std::vector<Step>> carry_over(Store& store, Plan plan) {
  std::vector<Step> steps;
  for (Step& step : plan.withdrawn) {
    if (auto written = store.update_step(step); !written) return written.error();
    steps.push_back(std::move(step));
  }
  for (Step& step : plan.added) {
    const auto id = store.add_step(step);
    if (!id) return id.error();
    step.id = *id;
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<std::vector<Step>> plan_some(const ControlContext& context, Store& store,
                                    const std::vector<SelectedMessage>& messages, std::size_t from,
                                    const HandWork& work, Kind kind, bool false_positive) {
  std::vector<Step> steps;
  const std::size_t end = std::min(messages.size(), from + kMessagesAtOnce);
  for (std::size_t i = from; i < end; ++i) {
    auto plan = plan_for(context, store, messages[i], work, kind);
    if (!plan) return plan.error();
    const bool acts = !plan->added.empty() || !plan->withdrawn.empty();
    if (kind == Kind::restore && (acts || false_positive))
      if (auto marked = store.mark_restored(messages[i].id, false_positive); !marked)
        return marked.error();
    auto carried = carry_over(store, std::move(*plan));
    if (!carried) return carried;
    steps.insert(steps.end(), carried->begin(), carried->end());
  }
  return steps;
}

Result<std::string> preview(const ControlContext& context, Store& read_only,
                            const std::vector<SelectedMessage>& messages, const HandWork& work,
                            Kind kind, CopyReport& report) {
  for (const SelectedMessage& message : messages) {
    const auto plan = plan_for(context, read_only, message, work, kind);
    if (!plan) return plan.error();
    for (const Step& step : plan->withdrawn) report.tell(step);
    for (const Step& step : plan->added) report.tell(step);
  }
  return report.done();
}

// So that no later rule set removes them again. What was restored stays restored when this fails.
Result<void> keep_released(const ControlContext& context, const ControlCall& call,
                           const std::vector<SelectedMessage>& messages) {
  for (const SelectedMessage& message : messages) {
    auto mail = context.store.with([&](Store& store) { return store.reduced_mail(message.id); });
    if (!mail) return mail.error();
    if (!*mail) {
      log_warning("released mail is not kept: its report came without its text",
                  {{"message", std::to_string(message.id)}});
      continue;
    }
    (*mail)->released_at = format_rfc3339(context.clock.now());
    (*mail)->released_by = who_asks(call);
    (*mail)->reason = call.request.reason;
    if (auto kept = context.released.keep(**mail); !kept) return kept;
  }
  return {};
}

Result<std::string> act(const ControlContext& context, const ControlCall& call, Kind kind) {
  auto work = hand_work(call.request, kind);
  if (!work) return work.error();
  CopySelection selection = call.request.select;
  selection.mailboxes = work->mailboxes;
  auto read_only = Store::open_read_only(context.configuration.paths.database);
  if (!read_only) return read_only.error();
  const auto messages = select_messages(**read_only, selection, context.clock.now());
  if (!messages) return messages.error();
  CopyReport report(context, call.sink);
  if (call.request.dry_run) return preview(context, **read_only, *messages, *work, kind, report);
  const auto row = audit(context, call);
  if (!row) return row.error();
  work->cause = call.request.command + " " + std::to_string(*row);
  log_info(
      "command",
      {{"cause", work->cause}, {"by", call.who}, {"messages", std::to_string(messages->size())}});
  const std::uint64_t seen = context.queue.changes();
  for (std::size_t from = 0; from < messages->size(); from += kMessagesAtOnce) {
    auto steps = context.store.in_transaction([&](Store& store) {
      return plan_some(context, store, *messages, from, *work, kind, call.request.false_positive);
    });
    if (!steps) return steps.error();
    context.queue.wake();
    for (const Step& step : *steps) report.add(step);
  }
  if (kind == Kind::restore && call.request.false_positive)
    if (auto kept = keep_released(context, call, *messages); !kept)
      return within("restored, but later rules are not kept from removing it again", kept.error());
  report.follow(seen);
  const std::string done = report.done();
  if (auto noted = audit_outcome(context, call, *row, done); !noted) return noted.error();
  return done;
}

}  // namespace

Result<std::string> answer_retract(const ControlContext& context, const ControlCall& call) {
  return act(context, call, Kind::retract);
}

Result<std::string> answer_restore(const ControlContext& context, const ControlCall& call) {
  return act(context, call, Kind::restore);
}

}  // namespace secondlook
