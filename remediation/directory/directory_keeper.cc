#include "remediation/directory/directory_keeper.h"

#include <algorithm>

#include "base/log.h"
#include "remediation/directory/directory_shape.h"

namespace secondlook {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::minutes kAfterFailure{15};
constexpr milliseconds kLongestPause{60'000};

void tell(const std::string& tenant, const Result<SyncOutcome>& outcome) {
  if (!outcome)
    return log_warning("directory not read",
                       {{"tenant", tenant}, {"error", outcome.error().message}});
  log_info("directory read",
           {{"tenant", tenant},
            {"whole", outcome->was_whole ? "yes" : "no"},
            {"users", std::to_string(outcome->counts.users)},
            {"groups", std::to_string(outcome->counts.groups)},
            {"changed", std::to_string(outcome->added + outcome->changed + outcome->removed)}});
}

}  // namespace

void DirectoryKeeper::add(const TenantSettings& tenant, std::unique_ptr<DirectoryClient> client) {
  kept_.insert_or_assign(tenant.name, Kept{tenant, std::move(client)});
}

void DirectoryKeeper::start() {
  ++under_way_;
  thread_ = std::jthread([this] { work(); });
}

bool DirectoryKeeper::is_idle(milliseconds timeout) const {
  const auto until = clock_.steady() + timeout;
  while (under_way_ > 0 && clock_.steady() < until) std::this_thread::sleep_for(milliseconds(20));
  return under_way_ == 0;
}

std::optional<Timestamp> DirectoryKeeper::due_at(const TenantSettings& tenant) {
  const auto every = tenant.directory.sync_every;
  if (every.count() == 0) return std::nullopt;
  const auto state =
      store_.with([&](Store& store) { return store.directory().state(tenant.name); });
  if (!state) return clock_.now() + kAfterFailure;
  const bool is_enough = state->shape == directory_shape(tenant.directory);
  const Timestamp due = state->synced_at && is_enough ? *state->synced_at + every : Timestamp{};
  if (!state->failed_at) return due;
  return std::max(due, *state->failed_at + std::min<std::chrono::seconds>(every, kAfterFailure));
}

void DirectoryKeeper::work() {
  for (auto& [name, kept] : kept_)
    if (const auto read = read_overrides(kept, false); !read)
      log_warning("overrides not read", {{"tenant", name}, {"error", read.error().message}});
  while (!stop_.is_set()) {
    Timestamp next = clock_.now() + kLongestPause;
    for (auto& [name, kept] : kept_) {
      const auto due = due_at(kept.tenant);
      if (due && *due <= clock_.now() && !stop_.is_set())
        tell(name, sync(kept, {}, [](const DirectoryDifference&) {}));
      else if (due)
        next = std::min(next, *due);
    }
    const auto pause = std::chrono::ceil<milliseconds>(next - clock_.now());
    const auto woken = stop_.wait(-1, std::clamp(pause, milliseconds(100), kLongestPause));
    if (!woken || *woken == StopEvent::Woken::stopped) break;
  }
  --under_way_;
}

SyncParts DirectoryKeeper::parts_of(Kept& kept) {
  return {store_, *kept.client, kept.tenant, clock_, [this](milliseconds pause) {
            const auto woken = stop_.wait(-1, pause);
            return woken && *woken == StopEvent::Woken::timeout;
          }};
}

Result<void> DirectoryKeeper::read_overrides(Kept& kept, bool dry_run) {
  const auto read = sync_overrides(parts_of(kept), dry_run);
  if (read || dry_run) return read;
  const auto noted = store_.in_transaction([&](Store& store) {
    return store.directory().note_failure(kept.tenant.name, read.error().message, clock_.now());
  });
  return noted ? read : noted;
}

Result<SyncOutcome> DirectoryKeeper::sync(Kept& kept, const SyncWish& wish,
                                          const DifferenceSink& sink) {
  const std::scoped_lock lock(one_at_a_time_);
  const SyncParts parts = parts_of(kept);
  auto outcome = sync_directory(parts, wish, sink);
  // Last, since a success takes the last error away.
  const auto read = read_overrides(kept, wish.dry_run);
  if (outcome && !wish.dry_run && when_read_) when_read_();
  if (!read && outcome) return read.error();
  return outcome;
}

Result<SyncOutcome> DirectoryKeeper::sync(const std::string& tenant, const SyncWish& wish,
                                          const DifferenceSink& sink) {
  const auto kept = kept_.find(tenant);
  if (kept == kept_.end()) return not_found("tenant " + tenant + " has no directory to be read");
  ++under_way_;
  auto outcome = sync(kept->second, wish, sink);
  --under_way_;
  if (!wish.dry_run) tell(tenant, outcome);
  return outcome;
}

}  // namespace secondlook
