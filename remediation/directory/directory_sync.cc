#include "remediation/directory/directory_sync.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/file_descriptor.h"
#include "remediation/directory/directory_shape.h"
#include "remediation/directory/override_file.h"
#include "remediation/directory/sync_guard.h"
#include "remediation/mail_address.h"

namespace secondlook {
namespace {

constexpr std::chrono::days kLongestOnChanges{7};
constexpr std::size_t kObjectsAtOnce = 250;
constexpr std::size_t kRowsAtOnce = 2000;
constexpr std::size_t kMostChanges = 1'000'000;

struct PartChange {
  DirectoryPart part;
  DirectoryChange change;
};

std::vector<DirectoryPart> parts_of(const DirectorySettings& settings) {
  std::vector<DirectoryPart> parts = {DirectoryPart::users, rules_name_group(settings)
                                                                ? DirectoryPart::groups_with_members
                                                                : DirectoryPart::groups};
  if (settings.contacts) parts.push_back(DirectoryPart::contacts);
  return parts;
}

std::string& link_of(DirectoryLinks& links, DirectoryPart part) {
  if (part == DirectoryPart::users) return links.users;
  return part == DirectoryPart::contacts ? links.contacts : links.groups;
}

// Into `generation`, inside a transaction.
Result<void> write_change(StoredDirectory& directory, Generation generation,
                          const PartChange& told) {
  const DirectoryChange& change = told.change;
  if (change.is_removed) return directory.remove(generation, change.id);
  const auto before = directory.find_by_id(generation, change.id);
  if (!before) return before.error();
  if (auto put = directory.put(generation, apply_change(*before, change, told.part)); !put)
    return put;
  for (const std::string& member : change.members_added)
    if (auto set = directory.set_member(generation, change.id, member, true); !set) return set;
  for (const std::string& member : change.members_removed)
    if (auto set = directory.set_member(generation, change.id, member, false); !set) return set;
  return {};
}

class Sync {
 public:
  Sync(const SyncParts& parts, const SyncWish& wish, const DifferenceSink& sink)
      : parts_(parts), wish_(wish), sink_(sink) {}

  Result<SyncOutcome> run() {
    auto state = with_directory(
        [&](StoredDirectory& directory) { return directory.state(parts_.tenant.name); });
    if (!state) return state.error();
    state_ = std::move(*state);
    if (needs_whole()) return read_whole();
    auto changes = collect_changes();
    if (!changes) return changes.error();
    if (!*changes) return read_whole();
    return take_changes(std::move(**changes));
  }

 private:
  template <typename Work>
  auto with_directory(Work&& work) -> decltype(work(std::declval<StoredDirectory&>())) {
    return parts_.store.with([&](Store& store) { return work(store.directory()); });
  }

  bool needs_whole() const {
    const Timestamp now = parts_.clock.now();
    return wish_.whole || !state_.generation ||
           state_.shape != directory_shape(parts_.tenant.directory) || !state_.full_at ||
           now - *state_.full_at >= kLongestOnChanges || state_.links.users.empty() ||
           state_.links.groups.empty();
  }

  // --- the whole ---

  Result<SyncOutcome> read_whole() {
    if (auto dropped = drop_unused(std::nullopt); !dropped) return dropped.error();
    auto generation = parts_.store.in_transaction(
        [&](Store& store) { return store.directory().begin_generation(parts_.tenant.name); });
    if (!generation) return generation.error();
    auto outcome = fill_and_publish(*generation);
    // The one before, or this one when it was not taken.
    if (auto dropped = drop_unused(std::nullopt); !dropped && outcome) return dropped.error();
    return outcome;
  }

  Result<SyncOutcome> fill_and_publish(Generation generation) {
    DirectoryLinks links;
    for (const DirectoryPart part : parts_of(parts_.tenant.directory)) {
      auto link = fill(generation, part);
      if (!link) return link.error();
      link_of(links, part) = std::move(*link);
    }
    SyncOutcome outcome;
    outcome.was_whole = true;
    auto counts =
        with_directory([&](StoredDirectory& directory) { return directory.count(generation); });
    if (!counts) return counts.error();
    outcome.counts = *counts;
    if (auto kept = guard_whole(generation, *counts); !kept) return kept.error();
    if (wish_.dry_run) return compare_with(generation, outcome);
    const auto published = publish(generation, links, true);
    if (!published) return published.error();
    return outcome;
  }

  Result<std::string> fill(Generation generation, DirectoryPart part) {
    Result<void> written;
    const auto sink = [&](const std::vector<DirectoryChange>& page) {
      std::vector<PartChange> changes;
      for (const DirectoryChange& change : page) changes.push_back({part, change});
      written = write_all(generation, changes);
      return written.has_value() && may_go_on();
    };
    auto link =
        read_directory_round(parts_.client, parts_.client.first_url(part), {}, parts_.wait, sink);
    if (!written) return written.error();
    if (!link) return explain(link.error(), part);
    return std::move(*link);
  }

  Result<void> guard_whole(Generation generation, const DirectoryCounts& counts) {
    if (wish_.accept_shrinking) return {};
    if (auto kept = guard_counts(state_.counts, counts); !kept) return kept;
    return with_directory([&](StoredDirectory& directory) {
      return guard_named_groups(directory, parts_.tenant.directory, state_.generation, generation);
    });
  }

  Result<SyncOutcome> compare_with(Generation generation, SyncOutcome outcome) {
    const auto side = [&](Generation from, std::optional<Generation> other,
                          bool new_ones) -> Result<void> {
      std::string after;
      for (;;) {
        auto told = with_directory([&](StoredDirectory& directory) -> Result<bool> {
          auto page = directory.page(from, after, kObjectsAtOnce);
          if (!page) return page.error();
          for (const DirectoryObject& object : *page) {
            after = object.id;
            std::optional<DirectoryObject> twin;
            if (other) {
              auto found = directory.find_by_id(*other, object.id);
              if (!found) return found.error();
              twin = std::move(*found);
            }
            if (new_ones)
              tell(difference(twin, object), outcome);
            else if (!twin)
              tell(difference(object, std::nullopt), outcome);
          }
          return !page->empty();
        });
        if (!told) return told.error();
        if (!*told) return {};
      }
    };
    if (auto told = side(generation, state_.generation, true); !told) return told.error();
    if (state_.generation)
      if (auto told = side(*state_.generation, generation, false); !told) return told.error();
    return outcome;
  }

  // --- the changes ---

  struct Changes {
    std::vector<PartChange> all;
    DirectoryLinks links;
  };

  // Nothing: a link is dead, the whole has to be read.
  Result<std::optional<Changes>> collect_changes() {
    Changes changes;
    for (const DirectoryPart part : parts_of(parts_.tenant.directory)) {
      const auto sink = [&](std::vector<DirectoryChange> page) {
        for (DirectoryChange& change : page) changes.all.push_back({part, std::move(change)});
        return changes.all.size() <= kMostChanges && may_go_on();
      };
      auto link =
          read_directory_round(parts_.client, link_of(state_.links, part), {}, parts_.wait, sink);
      if (!link && asks_for_full_round(link.error())) return std::optional<Changes>();
      if (!link) return explain(link.error(), part);
      link_of(changes.links, part) = std::move(*link);
    }
    return std::optional(std::move(changes));
  }

  Result<SyncOutcome> take_changes(Changes changes) {
    SyncOutcome outcome;
    outcome.counts = state_.counts;
    std::set<std::string> gone;
    if (auto compared = compare_changes(changes.all, outcome, gone); !compared)
      return compared.error();
    if (!wish_.accept_shrinking) {
      const auto kept = with_directory([&](StoredDirectory& directory) {
        return guard_removals(directory, parts_.tenant.directory, *state_.generation, state_.counts,
                              gone);
      });
      if (!kept) return kept.error();
    }
    if (wish_.dry_run) return outcome;
    if (auto written = write_all(*state_.generation, changes.all); !written) return written.error();
    const auto counts = publish(*state_.generation, changes.links, false);
    if (!counts) return counts.error();
    outcome.counts = *counts;
    return outcome;
  }

  // Told in the order of their coming; an object may come several times.
  Result<void> compare_changes(const std::vector<PartChange>& all, SyncOutcome& outcome,
                               std::set<std::string>& gone) {
    std::map<std::string, std::optional<DirectoryObject>> before, after;
    for (const auto& [part, change] : all) {
      if (!before.contains(change.id)) {
        auto stored = with_directory([&, id = change.id](StoredDirectory& directory) {
          return directory.find_by_id(*state_.generation, id);
        });
        if (!stored) return stored.error();
        before[change.id] = *stored;
        after[change.id] = std::move(*stored);
      }
      auto& object = after[change.id];
      if (change.is_removed)
        object.reset();
      else
        object = apply_change(object, change, part);
    }
    for (const auto& [id, object] : before) {
      if (object && !after[id]) gone.insert(id);
      tell(difference(object, after[id]), outcome);
    }
    return {};
  }

  // --- both ---

  bool may_go_on() const { return parts_.wait(std::chrono::milliseconds(0)); }

  void tell(const std::optional<DirectoryDifference>& difference, SyncOutcome& outcome) {
    if (!difference) return;
    switch (difference->kind) {
      case DirectoryDifference::Kind::added: ++outcome.added; break;
      case DirectoryDifference::Kind::changed: ++outcome.changed; break;
      case DirectoryDifference::Kind::removed: ++outcome.removed; break;
    }
    sink_(*difference);
  }

  Result<void> write_all(Generation generation, const std::vector<PartChange>& changes) {
    for (std::size_t from = 0; from < changes.size(); from += kObjectsAtOnce) {
      const std::size_t end = std::min(changes.size(), from + kObjectsAtOnce);
      const auto written = parts_.store.in_transaction([&](Store& store) -> Result<void> {
        for (std::size_t at = from; at < end; ++at)
          if (auto one = write_change(store.directory(), generation, changes[at]); !one) return one;
        return {};
      });
      if (!written) return written;
    }
    return {};
  }

  // As they now are.
  Result<DirectoryCounts> publish(Generation generation, const DirectoryLinks& links, bool full) {
    const std::string& tenant = parts_.tenant.name;
    return parts_.store.in_transaction([&](Store& store) -> Result<DirectoryCounts> {
      StoredDirectory& directory = store.directory();
      if (auto done =
              directory.publish(tenant, generation, directory_shape(parts_.tenant.directory), links,
                                full, parts_.clock.now());
          !done)
        return done.error();
      if (auto done = directory.forget_known_strangers(tenant, generation); !done)
        return done.error();
      auto state = directory.state(tenant);
      if (!state) return state.error();
      return state->counts;
    });
  }

  Result<void> drop_unused(std::optional<Generation> keep) {
    for (;;) {
      const auto more = parts_.store.in_transaction([&](Store& store) {
        return store.directory().drop_unused(parts_.tenant.name, keep, kRowsAtOnce);
      });
      if (!more) return more.error();
      if (!*more) return {};
    }
  }

  const SyncParts& parts_;
  const SyncWish& wish_;
  const DifferenceSink& sink_;
  DirectoryState state_;
};

}  // namespace

Result<SyncOutcome> sync_directory(const SyncParts& parts, const SyncWish& wish,
                                   const DifferenceSink& sink) {
  auto outcome = Sync(parts, wish, sink).run();
  if (!outcome && !wish.dry_run) {
    const auto noted = parts.store.in_transaction([&](Store& store) {
      return store.directory().note_failure(parts.tenant.name, outcome.error().message,
                                            parts.clock.now());
    });
    if (!noted) return noted.error();
  }
  return outcome;
}

Result<void> sync_overrides(const SyncParts& parts, bool dry_run) {
  const std::string& path = parts.tenant.directory.overrides_file;
  if (path.empty()) return {};
  const auto content = read_file(path, kLargestOverrideFile);
  if (!content) return within("overrides_file", content.error());
  const auto overrides = parse_overrides(*content);
  if (!overrides) return within(path, overrides.error());
  if (dry_run) return {};
  return parts.store.in_transaction([&](Store& store) {
    return store.directory().replace_overrides(parts.tenant.name, *overrides);
  });
}

}  // namespace secondlook
