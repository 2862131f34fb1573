#include "remediation/removal_write.h"

namespace secondlook {
namespace {

// Exchange Online keeps deleted items that long unless the tenant says otherwise.
constexpr std::chrono::days kRecoverableFor{14};

// Graph's search lags behind its writes; earlier the mailbox would show what it was before.
constexpr std::chrono::seconds kVerifyAfter{20};

WellKnownFolder folder_of(Action action) {
  if (action == Action::junk) return WellKnownFolder::junk_email;
  if (action == Action::deleted_items) return WellKnownFolder::deleted_items;
  return WellKnownFolder::recoverable_deletions;
}

// The id at the destination; empty where Graph names none (purge).
GraphResult<std::string> take_out(MailboxClient& client, const Step& step) {
  if (step.action == Action::purge) {
    const auto purged = client.purge(step.user_id, step.copy_id);
    if (!purged) return purged.error();
    return step.copy_id;
  }
  const auto moved = client.move(step.user_id, step.copy_id, folder_of(step.action));
  if (!moved) return moved.error();
  return moved->id;
}

Result<Step> after_failed_write(const StepContext& context, const TenantAccess& tenant, Step step,
                                const GraphError& error) {
  if (may_have_taken_effect(error))
    return look_later(context, std::move(step),
                      "no certain answer: " + std::to_string(error.status) + " " + error.code);
  const NextMove move =
      after_graph_error(error, {step, context.clock.now(), tenant.settings.graph.give_up_after,
                                random_fraction(context.random)});
  return settle_step(context, std::move(step), move);
}

}  // namespace

Result<Step> write_removal(const StepContext& context, const TenantAccess& tenant, Step step,
                           const MailCopy& copy) {
  if (copy.is_read_receipt_requested) {
    const auto suppressed = tenant.client->suppress_receipts(step.user_id, step.copy_id);
    // Telling the sender that his mail was pulled is worse than a later try; a mailbox that never
    // lets us take the receipt back must not keep its malicious mail.
    if (!suppressed && suppressed.error().kind != GraphError::Kind::refused)
      return after_failed_write(context, tenant, std::move(step), suppressed.error());
    if (!suppressed && step.action == Action::purge)
      return finish_step(context, std::move(step), StepState::failed,
                         "the read receipt could not be taken back, so it was not purged");
  }
  auto taken = take_out(*tenant.client, step);
  if (!taken) return after_failed_write(context, tenant, std::move(step), taken.error());
  return finish_removed(context, std::move(step), std::move(*taken));
}

Result<Step> finish_removed(const StepContext& context, Step step,
                            std::string destination_copy_id) {
  const StepState expected = step.state;
  const Timestamp now = context.clock.now();
  step.state = StepState::removed;
  step.destination_copy_id = std::move(destination_copy_id);
  step.detail.clear();
  step.finished_at = now;
  step.next_try_at = now + kVerifyAfter;
  step.tries = 0;
  if (step.action == Action::recoverable) step.undo_until = now + kRecoverableFor;
  if (step.action == Action::purge)
    step.detail = "can be undone only while the journal log keeps it";
  return write_step(context, step, expected);
}

Result<Step> look_later(const StepContext& context, Step step, std::string detail) {
  const Timestamp now = context.clock.now();
  if (now - step.begun_at.value_or(step.planned_at) > kOutageBudget)
    return finish_step(context, std::move(step), StepState::failed,
                       "no certain answer within 24 hours: " + detail);
  const auto delay = look_again_delay(step, random_fraction(context.random));
  return settle_step(context, std::move(step), {now + delay, StepState::failed, std::move(detail)});
}

}  // namespace secondlook
