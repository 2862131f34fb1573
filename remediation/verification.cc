#include "remediation/verification.h"

#include <algorithm>

#include "base/log.h"
#include "remediation/copy_finder.h"
#include "remediation/removal_begin.h"

namespace secondlook {
namespace {

constexpr int kMostRemovalsOfOneCopy = 2;

class Verification {
 public:
  Verification(const StepContext& context, const TenantAccess& tenant, Step step,
               JudgedMessage judged, std::vector<Step> siblings)
      : context_(context),
        tenant_(tenant),
        step_(std::move(step)),
        judged_(std::move(judged)),
        siblings_(std::move(siblings)) {}

  Result<Step> run() {
    if (is_put_back_by_us(siblings_)) return end("");
    const Reach reach = step_.action == Action::purge ? Reach::with_recoverable : Reach::mailbox;
    const auto found = find_judged_copies(*tenant_.client, step_.user_id, judged_, reach);
    if (!found) return look_later(found.error());
    std::vector<std::string> left;
    bool comes_back = false;
    for (const SightedCopy& sighted : found->judged) {
      if (sighted.place >= destination_of(step_.action) || is_at_work(sighted.copy)) continue;
      if (removals_of(sighted.copy) < kMostRemovalsOfOneCopy)
        left.push_back(sighted.copy.id);
      else
        comes_back = true;
    }
    if (!left.empty()) return remove_too(left);
    if (comes_back) return end("came back after it was removed twice: left where it is");
    step_.verified_at = context_.clock.now();
    return end(step_.detail);
  }

 private:
  // An operator's restore, also of another copy in the mailbox, is not worked against.
  bool is_put_back_by_us(const std::vector<Step>& siblings) const {
    return std::any_of(siblings.begin(), siblings.end(), [&](const Step& other) {
      return other.restores && other.mailbox == step_.mailbox &&
             other.state != StepState::withdrawn &&
             other.planned_at >= step_.finished_at.value_or(step_.planned_at);
    });
  }

  static bool names(const Step& step, const MailCopy& copy) {
    return step.copy_id == copy.id || step.destination_copy_id == copy.id;
  }

  bool is_at_work(const MailCopy& copy) const {
    return std::any_of(siblings_.begin(), siblings_.end(), [&](const Step& other) {
      return !is_final(other.state) && !other.restores && names(other, copy);
    });
  }

  std::ptrdiff_t removals_of(const MailCopy& copy) const {
    return std::count_if(siblings_.begin(), siblings_.end(), [&](const Step& other) {
      return other.state == StepState::removed && !other.restores && names(other, copy);
    });
  }

  Result<Step> remove_too(const std::vector<std::string>& copies) {
    log_warning("copies were left in a mailbox",
                {{"step", std::to_string(step_.id)}, {"copies", std::to_string(copies.size())}});
    const Timestamp now = context_.clock.now();
    ++step_.tries;
    step_.next_try_at = now + look_again_delay(step_, random_fraction(context_.random));
    step_.detail = std::to_string(copies.size()) + " more in the mailbox, removed too";
    return context_.store.in_transaction([&](Store& store) -> Result<Step> {
      const auto stored = store.step(step_.id);
      if (!stored) return stored.error();
      if (!*stored || (*stored)->state != StepState::removed)
        return *stored ? **stored : Result<Step>(not_found("step " + std::to_string(step_.id)));
      // Planned while Graph was asked: the next go ends the verification.
      const auto siblings = store.steps_beside(step_);
      if (!siblings) return siblings.error();
      if (is_put_back_by_us(*siblings)) return **stored;
      if (auto added = add_further_steps(store, tenant_.settings, step_, copies, now); !added)
        return added.error();
      if (auto written = store.update_step(step_); !written) return written.error();
      return step_;
    });
  }

  Result<Step> look_later(const GraphError& error) {
    if (looks_are_spent(step_)) return end("not verified: " + error.message);
    ++step_.tries;
    const auto delay = look_again_delay(step_, random_fraction(context_.random));
    step_.next_try_at = context_.clock.now() + std::max(delay, error.retry_after.value_or(delay));
    return write_step(context_, step_, StepState::removed);
  }

  Result<Step> end(std::string detail) {
    if (!step_.verified_at && !detail.empty())
      log_warning("removal is not verified",
                  {{"step", std::to_string(step_.id)}, {"because", detail}});
    step_.next_try_at.reset();
    step_.detail = std::move(detail);
    return write_step(context_, step_, StepState::removed);
  }

  const StepContext& context_;
  const TenantAccess& tenant_;
  Step step_;
  const JudgedMessage judged_;
  const std::vector<Step> siblings_;
};

}  // namespace

Result<Step> run_verification(const StepContext& context, const TenantAccess& tenant, Step step) {
  auto facts = step_facts(context, step);
  if (!facts) return facts.error();
  return Verification(context, tenant, std::move(step), std::move(facts->judged),
                      std::move(facts->siblings))
      .run();
}

}  // namespace secondlook
