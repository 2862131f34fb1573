#include "remediation/removal.h"

#include <algorithm>

#include "base/log.h"
#include "remediation/copy_finder.h"
#include "remediation/directory/plan_target.h"
#include "remediation/removal_begin.h"
#include "remediation/removal_write.h"

namespace secondlook {
namespace {

class Removal {
 public:
  Removal(const StepContext& context, const TenantAccess& tenant, Step step, JudgedMessage judged,
          std::vector<Step> siblings)
      : context_(context),
        tenant_(tenant),
        client_(*tenant.client),
        step_(std::move(step)),
        judged_(std::move(judged)),
        siblings_(std::move(siblings)) {}

  Result<Step> run() {
    if (step_.user_id.empty()) {
      const auto user = client_.find_user(step_.mailbox);
      if (!user) return settle(user.error());
      if (!*user)
        return finish_step(context_, step_, StepState::external,
                           step_.detail == kUnknownToDirectory
                               ? "unknown to the directory, and no mailbox has this address"
                               : "no mailbox of the tenant has this address");
      step_.user_id = (*user)->id;
      // What stands under another address of this user can only be found now.
      auto siblings = context_.store.with([&](Store& store) { return store.steps_beside(step_); });
      if (!siblings) return siblings.error();
      siblings_ = std::move(*siblings);
    }
    if (step_.state != StepState::begun) {
      const auto known = unreachable();
      if (!known) return known.error();
      if (*known) return finish_step(context_, step_, StepState::unsupported_mailbox, **known);
    }
    return step_.state == StepState::begun ? resolve() : look_for_copies();
  }

 private:
  RetryQuestion question() const {
    return {step_, context_.clock.now(), tenant_.settings.graph.give_up_after,
            random_fraction(context_.random)};
  }

  // Graph said not long ago that it does not reach this mailbox: it is not asked again for hours.
  Result<std::optional<std::string>> unreachable() const {
    return context_.store.with([&](Store& store) {
      return store.directory().unreachable(step_.tenant, step_.user_id, context_.clock.now());
    });
  }

  void remember_unreachable(const GraphError& error) const {
    constexpr std::chrono::hours kRemembered{6};
    const Timestamp until = context_.clock.now() + kRemembered;
    const auto noted = context_.store.with([&](Store& store) {
      return store.directory().note_unreachable(
          step_.tenant, step_.user_id,
          error.code + ": on premises, inactive or without a mailbox; not asked again before " +
              format_rfc3339(until),
          until);
    });
    if (!noted) log_warning("unreachable mailbox", {{"error", noted.error().message}});
  }

  Result<Step> settle(const GraphError& error) {
    if (error.kind == GraphError::Kind::unsupported_mailbox && !step_.user_id.empty())
      remember_unreachable(error);
    // Planned long ago: the budget of an outage says nothing about it.
    if (step_.state == StepState::not_delivered) return not_delivered();
    return settle_step(context_, step_, after_graph_error(error, question()));
  }

  // A copy that another step of the same cause works on or has moved: a further copy in the
  // mailbox, or the same one under another address of the user. One that came back after it was
  // moved belongs to the step that was made for it (verification.h).
  bool is_claimed(const MailCopy& copy) const {
    return std::any_of(siblings_.begin(), siblings_.end(), [&](const Step& other) {
      const bool names_it = other.copy_id == copy.id || other.destination_copy_id == copy.id;
      const bool is_over = is_final(other.state) && step_.copy_id == copy.id;
      return other.id != step_.id && !other.restores && other.cause == step_.cause && names_it &&
             !is_over;
    });
  }

  bool is_out(const SightedCopy& sighted) const {
    return sighted.place >= destination_of(step_.action);
  }

  Result<Step> look_for_copies() {
    const Reach reach =
        step_.action == Action::purge ? Reach::with_purges : Reach::mailbox_then_recoverable;
    auto found = find_judged_copies(client_, step_.user_id, judged_, reach);
    if (!found) return settle(found.error());
    std::vector<SightedCopy> free, out;
    bool another_is_at_work = false;
    for (SightedCopy& sighted : found->judged) {
      const bool claimed = is_claimed(sighted.copy);
      if (is_out(sighted))
        out.push_back(std::move(sighted));
      else if (claimed)
        another_is_at_work = true;
      else
        free.push_back(std::move(sighted));
    }
    if (!free.empty()) return begin(std::move(free));
    if (another_is_at_work && step_.state == StepState::not_delivered) return not_delivered();
    if (another_is_at_work) return look_later(context_, step_, "another step works on this copy");
    if (!out.empty()) return already_out(out.front());
    const NextMove move = after_nothing_found(found->others, question());
    const bool is_over = !move.try_at && move.final_state == StepState::not_found;
    if (is_over && is_quarantined_as_a_rule(judged_.eop_category)) return not_delivered();
    return settle_step(context_, step_, move);
  }

  Result<Step> not_delivered() {
    const NextMove move = after_not_delivered(question());
    if (!move.try_at) return settle_step(context_, step_, move);
    const StepState expected = step_.state;
    step_.state = StepState::not_delivered;
    step_.detail = "not in the mailbox; Microsoft filtered it (CAT:" + judged_.eop_category +
                   "), so it may be in quarantine: looked for again, in case it is released";
    step_.finished_at = context_.clock.now();
    step_.next_try_at = move.try_at;
    return write_step(context_, step_, expected);
  }

  Result<Step> already_out(const SightedCopy& sighted) {
    step_.copy_id = sighted.copy.id;
    return finish_step(context_, step_, StepState::already_removed,
                       sighted.place == destination_of(step_.action)
                           ? "was in its destination before"
                           : "was further out of reach before");
  }

  Result<Step> begin(std::vector<SightedCopy> copies) {
    // The step's own copy first, where it has one from an earlier go.
    std::stable_partition(copies.begin(), copies.end(), [&](const SightedCopy& sighted) {
      return sighted.copy.id == step_.copy_id;
    });
    auto before = pre_image_of(client_, step_.user_id, copies.front().copy);
    if (!before) return settle(before.error());
    step_.copy_id = copies.front().copy.id;
    step_.before = std::move(*before);
    std::vector<std::string> further;
    for (std::size_t i = 1; i < copies.size(); ++i) further.push_back(copies[i].copy.id);
    auto begun = begin_step(context_, tenant_.settings, step_, further);
    if (!begun) return begun;
    if (begun->state != StepState::begun) return begun;
    step_ = std::move(*begun);
    return write_removal(context_, tenant_, step_, copies.front().copy);
  }

  // The copy that the step had begun to move: by its id, else by searching everywhere.
  GraphResult<std::optional<SightedCopy>> sight() {
    auto by_id = look_at_copy(client_, step_.user_id, step_.copy_id);
    if (by_id) return std::optional(std::move(*by_id));
    if (by_id.error().kind != GraphError::Kind::stale_id) return by_id.error();
    auto found = find_judged_copies(client_, step_.user_id, judged_, Reach::with_purges);
    if (!found) return found.error();
    std::vector<SightedCopy> copies = std::move(found->judged);
    std::erase_if(copies, [&](const SightedCopy& sighted) { return is_claimed(sighted.copy); });
    if (copies.empty()) return std::optional<SightedCopy>();
    // The furthest out: what was moved shows there, a second copy in sight has a step of its own.
    return std::optional(*std::max_element(
        copies.begin(), copies.end(),
        [](const auto& left, const auto& right) { return left.place < right.place; }));
  }

  Sighting sighting(const std::optional<SightedCopy>& sighted) const {
    if (!sighted) return Sighting::nowhere;
    const bool original = step_.before && sighted->copy.parent_folder_id == step_.before->folder_id;
    return sighting_of(sighted->place, original, step_.action);
  }

  Result<Step> resolve() {
    const auto sighted = sight();
    if (!sighted) return settle(sighted.error());
    switch (resolve_begun(sighting(*sighted), step_.action, looks_are_spent(step_))) {
      case Resolution::removed:
        return finish_removed(context_, step_, *sighted ? (*sighted)->copy.id : std::string());
      case Resolution::act_again:
        step_.copy_id = (*sighted)->copy.id;
        return write_removal(context_, tenant_, step_, (*sighted)->copy);
      case Resolution::look_again:
        return look_later(context_, step_, "moved or not: its copy is not in sight");
      case Resolution::vanished: break;
    }
    return finish_step(context_, step_, StepState::not_found,
                       "gone from the mailbox while it was being moved");
  }

  const StepContext& context_;
  const TenantAccess& tenant_;
  MailboxClient& client_;
  Step step_;
  const JudgedMessage judged_;
  std::vector<Step> siblings_;
};

}  // namespace

Result<Step> run_removal(const StepContext& context, const TenantAccess& tenant, Step step) {
  auto facts = step_facts(context, step);
  if (!facts) return facts.error();
  if (!step.first_try_at) step.first_try_at = context.clock.now();
  return Removal(context, tenant, std::move(step), std::move(facts->judged),
                 std::move(facts->siblings))
      .run();
}

}  // namespace secondlook
