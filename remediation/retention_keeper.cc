#include "remediation/retention_keeper.h"

#include <algorithm>
#include <string>

#include "base/log.h"

namespace secondlook {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours kBetweenRounds{1};
constexpr milliseconds kShortestRest{5}, kLongestRest{1000};
// What a transaction is to take: recording waits as long, and its sync costs some of it anyhow.
constexpr milliseconds kShort{8}, kLong{20};
constexpr std::size_t kFewest = 4, kMost = 256;

}  // namespace

void RetentionKeeper::start() {
  if (days_ > 0) thread_ = std::jthread([this] { work(); });
}

void RetentionKeeper::work() {
  for (;;) {
    const auto forgotten = keep_house();
    if (!forgotten)
      log_error("retention", {{"error", forgotten.error().message}});
    else if (*forgotten > 0)
      log_info("forgotten after [search] retention_days",
               {{"messages", std::to_string(*forgotten)}});
    const auto woken = stop_.wait(-1, kBetweenRounds);
    if (!woken || *woken == StopEvent::Woken::stopped) return;
  }
}

bool RetentionKeeper::rest(std::chrono::steady_clock::duration taken) const {
  const auto pause =
      std::clamp(std::chrono::ceil<milliseconds>(taken), kShortestRest, kLongestRest);
  const auto woken = stop_.wait(-1, pause);
  return !woken || *woken == StopEvent::Woken::stopped;
}

Result<std::uint64_t> RetentionKeeper::keep_house() {
  std::uint64_t sum = 0;
  if (days_ == 0) return sum;
  const Timestamp before = clock_.now() - std::chrono::days(days_);
  for (;;) {
    const auto begun = clock_.steady();
    const std::size_t wanted = at_once_;
    const auto forgotten = forget_some(before);
    if (!forgotten) return forgotten;
    sum += *forgotten;
    if (rest(clock_.steady() - begun)) return sum;
    if (*forgotten < wanted) break;
  }
  if (sum == 0) return sum;
  if (auto tidied = tidy(); !tidied) return tidied.error();
  return sum;
}

Result<std::uint64_t> RetentionKeeper::forget_some(Timestamp before) {
  std::chrono::steady_clock::duration taken{};
  auto forgotten = store_.in_transaction([&](Store& store) {
    const auto begun = clock_.steady();  // without the wait for the store
    auto some = store.forget_before(before, clock_.now(), at_once_);
    taken = clock_.steady() - begun;
    return some;
  });
  if (taken > kLong) at_once_ = std::max(kFewest, at_once_ / 2);
  if (taken < kShort) at_once_ = std::min(kMost, at_once_ * 2);
  return forgotten;
}

Result<void> RetentionKeeper::tidy() {
  for (;;) {
    const auto begun = clock_.steady();
    const auto more = store_.with([](Store& store) { return store.tidy(); });
    if (!more) return more.error();
    if (rest(clock_.steady() - begun) || !*more) return {};
  }
}

}  // namespace secondlook
