#include "remediation/step_context.h"

namespace secondlook {

Result<StepFacts> step_facts(const StepContext& context, const Step& step) {
  return context.store.with([&](Store& store) -> Result<StepFacts> {
    auto judged = store.judged_message(step.message);
    if (!judged) return judged.error();
    auto siblings = store.steps_beside(step);
    if (!siblings) return siblings.error();
    return StepFacts{std::move(*judged), std::move(*siblings)};
  });
}

Result<Step> write_step(const StepContext& context, const Step& step, StepState expected) {
  return context.store.in_transaction([&](Store& store) -> Result<Step> {
    auto stored = store.step(step.id);
    if (!stored) return stored.error();
    if (!*stored) return not_found("step " + std::to_string(step.id));
    if ((*stored)->state != expected) return **stored;
    if (auto written = store.update_step(step); !written) return written.error();
    return step;
  });
}

Result<Step> finish_step(const StepContext& context, Step step, StepState state,
                         std::string detail) {
  const StepState expected = step.state;
  step.state = state;
  step.detail = std::move(detail);
  step.finished_at = context.clock.now();
  step.next_try_at.reset();
  return write_step(context, step, expected);
}

Result<Step> settle_step(const StepContext& context, Step step, const NextMove& move) {
  if (!move.try_at) return finish_step(context, std::move(step), move.final_state, move.detail);
  if (move.is_try) ++step.tries;
  step.next_try_at = move.try_at;
  step.detail = move.detail;
  return write_step(context, step, step.state);
}

}  // namespace secondlook
