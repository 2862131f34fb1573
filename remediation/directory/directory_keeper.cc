#include "remediation/directory/directory_keeper.h"

#include <algorithm>

#include "base/log.h"

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
  is_working_ = true;
  thread_ = std::jthread([this] { work(); });
}

bool DirectoryKeeper::is_idle(milliseconds timeout) const {
  const auto until = clock_.steady() + timeout;
  while (is_working_ && clock_.steady() < until) std::this_thread::sleep_for(milliseconds(20));
  return !is_working_;
}

std::optional<Timestamp> DirectoryKeeper::due_at(const TenantSettings& tenant) {
  const auto every = tenant.directory.sync_every;
  if (every.count() == 0) return std::nullopt;
  const auto state =
      store_.with([&](Store& store) { return store.directory().state(tenant.name); });
  if (!state) return clock_.now() + kAfterFailure;
  const Timestamp due = state->synced_at ? *state->synced_at + every : Timestamp{};
  if (!state->failed_at) return due;
  return std::max(due, *state->failed_at + std::min<std::chrono::seconds>(every, kAfterFailure));
}

void DirectoryKeeper::work() {
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
  is_working_ = false;
}

Result<SyncOutcome> DirectoryKeeper::sync(Kept& kept, const SyncWish& wish,
                                          const DifferenceSink& sink) {
  const std::scoped_lock lock(one_at_a_time_);
  const SyncParts parts{store_, *kept.client, kept.tenant, clock_, [this](milliseconds pause) {
                          const auto woken = stop_.wait(-1, pause);
                          return woken && *woken == StopEvent::Woken::timeout;
                        }};
  const auto overrides = sync_overrides(parts, wish.dry_run);
  auto outcome = sync_directory(parts, wish, sink);
  if (overrides || !outcome) return outcome;
  if (!wish.dry_run) {
    const auto noted = store_.in_transaction([&](Store& store) {
      return store.directory().note_failure(kept.tenant.name, overrides.error().message,
                                            clock_.now());
    });
    if (!noted) return noted.error();
  }
  return overrides.error();
}

Result<SyncOutcome> DirectoryKeeper::sync(const std::string& tenant, const SyncWish& wish,
                                          const DifferenceSink& sink) {
  const auto kept = kept_.find(tenant);
  if (kept == kept_.end()) return not_found("tenant " + tenant + " has no directory to be read");
  auto outcome = sync(kept->second, wish, sink);
  if (!wish.dry_run) tell(tenant, outcome);
  return outcome;
}

}  // namespace secondlook
