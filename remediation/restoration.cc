#include "remediation/restoration.h"

#include <algorithm>

#include "remediation/copy_finder.h"

namespace secondlook {
namespace {

class Restoration {
 public:
  Restoration(const StepContext& context, const TenantAccess& tenant, Step step, Step removal,
              JudgedMessage judged)
      : context_(context),
        tenant_(tenant),
        client_(*tenant.client),
        step_(std::move(step)),
        removal_(std::move(removal)),
        judged_(std::move(judged)) {
    if (!step_.before) step_.before = removal_.before;
    if (step_.user_id.empty()) step_.user_id = removal_.user_id;
  }

  Result<Step> run() {
    const bool under_way =
        removal_.state == StepState::begun || removal_.state == StepState::planned;
    if (under_way) return later("waits for the removal that is under way");
    if (removal_.state != StepState::removed)
      return finish_step(context_, step_, StepState::withdrawn, "nothing had been removed");
    const auto sighted = sight();
    if (!sighted) return settle(sighted.error());
    if (!*sighted) return not_in_sight();
    return put_back(**sighted);
  }

 private:
  Result<Step> settle(const GraphError& error) {
    return settle_step(
        context_, step_,
        after_graph_error(error, {step_, context_.clock.now(), tenant_.settings.graph.give_up_after,
                                  random_fraction(context_.random)}));
  }

  Result<Step> later(std::string detail) {
    const auto delay = look_again_delay(step_, random_fraction(context_.random));
    return settle_step(context_, step_,
                       {context_.clock.now() + delay, StepState::failed, std::move(detail)});
  }

  Result<Step> not_in_sight() {
    if (!looks_are_spent(step_)) return later("not in sight yet");
    return finish_step(context_, step_, StepState::not_found,
                       "gone from the mailbox and from Recoverable Items");
  }

  // By the ids that we know, else the judged copy that lies where the removal had put it.
  GraphResult<std::optional<SightedCopy>> sight() {
    for (const std::string& id :
         {step_.destination_copy_id, removal_.destination_copy_id, removal_.copy_id}) {
      if (id.empty()) continue;
      auto by_id = look_at_copy(client_, step_.user_id, id);
      if (by_id) return std::optional(std::move(*by_id));
      if (by_id.error().kind != GraphError::Kind::stale_id) return by_id.error();
    }
    auto found = find_judged_copies(client_, step_.user_id, judged_, Reach::with_purges);
    if (!found) return found.error();
    if (found->judged.empty()) return std::optional<SightedCopy>();
    const Place removed_to = destination_of(removal_.action);
    const auto there =
        std::find_if(found->judged.begin(), found->judged.end(),
                     [&](const SightedCopy& sighted) { return sighted.place == removed_to; });
    return std::optional(there == found->judged.end() ? found->judged.front() : *there);
  }

  Result<Step> put_back(const SightedCopy& sighted) {
    const bool home = step_.before && sighted.copy.parent_folder_id == step_.before->folder_id;
    const bool in_sight = home || sighted.place == Place::visible;
    if (in_sight && step_.state == StepState::planned) {
      step_.destination_copy_id = sighted.copy.id;
      return finish_step(context_, step_, StepState::restored,
                         home ? "was back already" : "had been moved to another folder already");
    }
    if (in_sight) return put_properties_back(sighted.copy.id);
    if (step_.state == StepState::planned) {
      if (auto begun = begin(sighted.copy.id); !begun || begun->state != StepState::begun)
        return begun;
    }
    return move_back(sighted.copy.id);
  }

  Result<Step> begin(const std::string& copy_id) {
    step_.copy_id = copy_id;
    step_.begun_at = context_.clock.now();
    step_.next_try_at = step_.begun_at;
    step_.detail.clear();
    step_.tries = 0;
    step_.state = StepState::begun;
    auto written = write_step(context_, step_, StepState::planned);
    if (written) step_.state = written->state;
    return written;
  }

  Result<Step> move_back(const std::string& copy_id) {
    const std::string folder = step_.before ? step_.before->folder_id : std::string();
    auto moved = folder.empty() ? client_.move(step_.user_id, copy_id, WellKnownFolder::inbox)
                                : client_.move_to_folder(step_.user_id, copy_id, folder);
    if (!moved && moved.error().kind == GraphError::Kind::stale_id && !folder.empty()) {
      // The copy, the folder, or neither: Graph has been seen to lose sight of what is there.
      const auto exists = client_.folder_exists(step_.user_id, folder);
      if (!exists || *exists) return later("moved or not: its copy is not in sight");
      remark_ = "its folder is gone, so it is in the inbox";
      moved = client_.move(step_.user_id, copy_id, WellKnownFolder::inbox);
    }
    if (!moved && may_have_taken_effect(moved.error())) return later("no certain answer");
    if (!moved) return settle(moved.error());
    step_.destination_copy_id = moved->id;
    return put_properties_back(moved->id);
  }

  Result<Step> put_properties_back(const std::string& copy_id) {
    step_.destination_copy_id = copy_id;
    if (!step_.before)
      return finish_step(context_, step_, StepState::restored,
                         "put in the inbox; nothing was known of its properties");
    const PreImage& before = *step_.before;
    const auto set =
        client_.set_properties(step_.user_id, copy_id,
                               {before.is_read, before.categories, before.flag, before.importance});
    if (!set && may_have_taken_effect(set.error())) return later("properties not put back yet");
    if (!set && set.error().kind == GraphError::Kind::throttled) return settle(set.error());
    if (!set) add_remark("its properties could not be put back: " + set.error().code);
    if (set && set->is_read != before.is_read) add_remark("its read mark could not be put back");
    return finish_step(context_, step_, StepState::restored, remark_);
  }

  void add_remark(const std::string& remark) { remark_ += (remark_.empty() ? "" : "; ") + remark; }

  const StepContext& context_;
  const TenantAccess& tenant_;
  MailboxClient& client_;
  Step step_;
  const Step removal_;
  const JudgedMessage judged_;
  std::string remark_;
};

}  // namespace

Result<Step> run_restoration(const StepContext& context, const TenantAccess& tenant, Step step) {
  struct Facts {
    Step removal;
    JudgedMessage judged;
  };
  auto facts = context.store.with([&](Store& store) -> Result<Facts> {
    auto removal = store.step(step.undoes.value_or(0));
    if (!removal) return removal.error();
    if (!*removal) return not_found("step " + std::to_string(step.undoes.value_or(0)));
    auto judged = store.judged_message(step.message);
    if (!judged) return judged.error();
    return Facts{std::move(**removal), std::move(*judged)};
  });
  if (!facts) return facts.error();
  return Restoration(context, tenant, std::move(step), std::move(facts->removal),
                     std::move(facts->judged))
      .run();
}

}  // namespace secondlook
