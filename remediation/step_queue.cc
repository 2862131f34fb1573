#include "remediation/step_queue.h"

#include <algorithm>
#include <thread>

#include "base/log.h"

namespace secondlook {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRestAfterFailure{1000};
constexpr milliseconds kLongestPause{60'000};

std::string mailbox_of(const Step& step) {
  return step.tenant + "\n" + step.mailbox;
}

bool is_due(const Step& step, Timestamp now) {
  return !step.next_try_at || *step.next_try_at <= now;
}

void keep_earliest(std::optional<Timestamp>& earliest, const std::optional<Timestamp>& other) {
  if (other && (!earliest || *other < *earliest)) earliest = other;
}

}  // namespace

Result<void> StepQueue::refill() {
  const Timestamp now = clock_.now();
  due_.clear();
  next_due_.reset();
  return store_.with([&](Store& store) -> Result<void> {
    auto begun = store.steps_in_state(StepState::begun);
    if (!begun) return begun.error();
    for (Step& step : *begun) {
      if (under_way_.contains(step.id)) continue;
      if (is_due(step, now))
        due_.push_back(std::move(step));
      else
        keep_earliest(next_due_, step.next_try_at);
    }
    auto planned = store.due_steps(now, kMostDueSteps);
    if (!planned) return planned.error();
    for (Step& step : *planned)
      if (!under_way_.contains(step.id)) due_.push_back(std::move(step));
    auto to_look_at = store.steps_to_look_at(now, kMostDueSteps);
    if (!to_look_at) return to_look_at.error();
    for (Step& step : *to_look_at)
      if (!under_way_.contains(step.id)) due_.push_back(std::move(step));
    for (const auto& next : {store.next_due_at(), store.next_look_at()}) {
      if (!next) return next.error();
      keep_earliest(next_due_, *next);
    }
    return {};
  });
}

std::optional<Step> StepQueue::pick() {
  const auto free = std::find_if(due_.begin(), due_.end(), [&](const Step& step) {
    return !busy_mailboxes_.contains(mailbox_of(step));
  });
  if (free == due_.end()) return std::nullopt;
  Step step = std::move(*free);
  due_.erase(free);
  busy_mailboxes_.insert(mailbox_of(step));
  under_way_.insert(step.id);
  return step;
}

void StepQueue::refill_if_stale(Timestamp now) {
  const bool is_fresh = now >= refilled_at_ && now < refilled_at_ + kFreshFor;
  if (!is_stale_ || (is_fresh && !due_.empty())) return;
  is_stale_ = false;
  refilled_at_ = now;
  if (auto filled = refill(); !filled)
    log_error("steps cannot be read", {{"error", filled.error().message}});
}

std::optional<Step> StepQueue::take_now() {
  refill_if_stale(clock_.now());
  return pick();
}

std::optional<Step> StepQueue::take_if_any() {
  const std::scoped_lock lock(mutex_);
  is_stale_ = true;
  refilled_at_ = Timestamp();
  return take_now();
}

// Due steps that wait for a busy mailbox hide when the next one falls due.
milliseconds StepQueue::pause_until_next() const {
  if (!due_.empty()) return is_stale_ ? kFreshFor : kRestAfterFailure;
  if (!next_due_) return kLongestPause;
  const auto left = std::chrono::ceil<milliseconds>(*next_due_ - refilled_at_);
  return std::clamp(left, milliseconds(1), kLongestPause);
}

std::optional<Step> StepQueue::take() {
  std::unique_lock lock(mutex_);
  while (!is_closed_) {
    if (auto step = take_now()) {
      if (!due_.empty()) work_.notify_one();
      return step;
    }
    const Timestamp until = refilled_at_ + pause_until_next();
    const auto left = std::chrono::ceil<milliseconds>(until - clock_.now());
    if (left.count() > 0) work_.wait_for(lock, std::min(left, kLongestPause));
    // Of many threads whose time is up the first one reads the store for all.
    if (clock_.now() >= refilled_at_ + pause_until_next()) is_stale_ = true;
  }
  return std::nullopt;
}

void StepQueue::done(const Step& step, bool failed) {
  if (failed) std::this_thread::sleep_for(kRestAfterFailure);
  {
    const std::scoped_lock lock(mutex_);
    busy_mailboxes_.erase(mailbox_of(step));
    under_way_.erase(step.id);
    ++changes_;
    recent_.push_back(step.id);
    if (recent_.size() > kMostRemembered) recent_.pop_front();
    is_stale_ = true;
  }
  work_.notify_one();
  changed_.notify_all();
}

void StepQueue::wake() {
  {
    const std::scoped_lock lock(mutex_);
    is_stale_ = true;
  }
  work_.notify_one();
}

void StepQueue::close() {
  {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
  }
  work_.notify_all();
  changed_.notify_all();
}

bool StepQueue::is_closed() {
  const std::scoped_lock lock(mutex_);
  return is_closed_;
}

std::uint64_t StepQueue::changes() {
  const std::scoped_lock lock(mutex_);
  return changes_;
}

StepQueue::Changes StepQueue::wait_for_change(std::uint64_t seen, milliseconds timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [&] { return is_closed_ || changes_ != seen; });
  Changes changes{changes_, {}, changes_ - seen > recent_.size()};
  if (!changes.missed)
    changes.steps.assign(recent_.end() - static_cast<std::ptrdiff_t>(changes_ - seen),
                         recent_.end());
  return changes;
}

bool StepQueue::wait_until_idle(milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return under_way_.empty(); });
}

}  // namespace secondlook
