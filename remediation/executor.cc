#include "remediation/executor.h"

#include "base/log.h"
#include "remediation/removal.h"
#include "remediation/restoration.h"
#include "remediation/verification.h"
#include "schema/report_position.h"

namespace secondlook {
namespace {

// The report that decides over the message, so that one search of the log finds all that became of
// it.
std::string report_of(const StepContext& context, const Step& step) {
  const auto name =
      context.store.with([&](Store& store) { return store.deciding_report(step.message); });
  return name && *name ? report_position((*name)->log, (*name)->sequence) : "";
}

void tell(const StepContext& context, const Step& step) {
  const LogLevel level = is_final(step.state) ? LogLevel::info : LogLevel::debug;
  if (!is_logged(level)) return;  // the store is everybody's
  log_event(level, step.restores ? "restore step" : "removal step",
            {{"report", report_of(context, step)},
             {"step", std::to_string(step.id)},
             {"message", std::to_string(step.message)},
             {"tenant", step.tenant},
             {"action", std::string(name_of(step.action))},
             {"state", std::string(name_of(step.state))},
             {"detail", step.detail}});
}

}  // namespace

Result<Step> run_step(const StepContext& context, StepId id) {
  auto stored = context.store.with([&](Store& store) { return store.step(id); });
  if (!stored) return stored.error();
  if (!*stored) return not_found("step " + std::to_string(id));
  Step step = std::move(**stored);
  const bool is_to_look_at = step.next_try_at && (step.state == StepState::removed ||
                                                  step.state == StepState::not_delivered);
  if (step.state != StepState::planned && step.state != StepState::begun && !is_to_look_at)
    return step;
  const auto tenant = context.tenants.find(step.tenant);
  const bool is_known = tenant != context.tenants.end() && tenant->second.client != nullptr;
  if (!is_known && is_to_look_at) {
    step.next_try_at.reset();
    return write_step(context, step, step.state);
  }
  if (!is_known)
    return finish_step(context, std::move(step), StepState::failed, "its tenant is not configured");
  if (step.state == StepState::removed)
    return run_verification(context, tenant->second, std::move(step));
  return step.restores ? run_restoration(context, tenant->second, std::move(step))
                       : run_removal(context, tenant->second, std::move(step));
}

Executor::~Executor() {
  queue_.close();
}

void Executor::start(unsigned threads, LoopWatch* watch, std::chrono::milliseconds longest_step) {
  for (unsigned i = 0; i < threads; ++i) {
    WatchedLoop* const loop = watch == nullptr ? nullptr : &watch->add("executor", longest_step);
    threads_.emplace_back([this, loop] { work(loop); });
  }
}

void Executor::work(WatchedLoop* loop) {
  while (const auto step = queue_.take()) {
    const WatchedTurn turn(loop);
    const auto outcome = run_step(context_, step->id);
    if (outcome)
      tell(context_, *outcome);
    else
      log_error("step cannot be written",
                {{"step", std::to_string(step->id)}, {"error", outcome.error().message}});
    queue_.done(*step, !outcome.has_value());
  }
}

bool Executor::stop(std::chrono::milliseconds timeout) {
  queue_.close();
  if (!queue_.wait_until_idle(timeout)) return false;
  threads_.clear();
  return true;
}

}  // namespace secondlook
