#include "remediation/owned_entries.h"

#include <algorithm>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "schema/store/lists.h"

namespace secondlook {
namespace {

struct Change {
  std::vector<std::string> added, removed;  // as lines
};

using Known = std::map<std::string, StoredListEntry>;  // by key

Result<Known> known_entries(Store& store) {
  const auto all = store.lists().all();
  if (!all) return all.error();
  Known known;
  for (const StoredListEntry& stored : *all) known.emplace(stored.entry.key(), stored);
  return known;
}

Result<void> put_entries(Store& store, const EntryOwner& owner, const Known& known,
                         const std::vector<ListEntry>& entries, Timestamp now, Change& change) {
  std::set<std::string> done;
  for (const ListEntry& entry : entries) {
    if (!done.insert(entry.key()).second) continue;
    const auto there = known.find(entry.key());
    if (there != known.end() && there->second.added_by != owner.added_by) {
      log_warning("list entry passed over, another one stands",
                  {{"entry", entry.key()}, {"by", there->second.added_by}, {"of", owner.added_by}});
      continue;
    }
    if (there != known.end() && there->second.entry == entry) continue;
    if (auto put = store.lists().put(entry, now, owner.added_by); !put) return put;
    change.added.push_back(to_line(entry));
  }
  return {};
}

Result<void> remove_others(Store& store, const EntryOwner& owner, const Known& known,
                           const std::vector<ListEntry>& entries, Change& change) {
  std::set<std::string> staying;
  for (const ListEntry& entry : entries) staying.insert(entry.key());
  for (const auto& [key, stored] : known) {
    if (stored.added_by != owner.added_by || staying.contains(key)) continue;
    if (const auto removed = store.lists().remove(key); !removed) return removed.error();
    change.removed.push_back(to_line(stored.entry));
  }
  return {};
}

Result<void> note(Store& store, const EntryOwner& owner, const Change& change, Timestamp now) {
  log_warning("list entries taken up", {{owner.kind, owner.name},
                                        {"added", std::to_string(change.added.size())},
                                        {"removed", std::to_string(change.removed.size())}});
  AuditEntry entry;
  entry.at = now;
  entry.who = "secondlook-remediation";
  entry.command = owner.command;
  const nlohmann::json what = {
      {owner.kind, owner.name}, {"added", change.added}, {"removed", change.removed}};
  entry.arguments = what.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const auto row = store.append_audit(entry);
  if (!row) return row.error();
  return {};
}

// One file too long must not keep the service from starting.
bool is_too_long(const Known& known, const EntryOwner& owner,
                 const std::vector<ListEntry>& entries) {
  const auto others = std::ranges::count_if(
      known, [&](const auto& one) { return one.second.added_by != owner.added_by; });
  return static_cast<std::size_t>(others) + entries.size() > kMostListEntries;
}

}  // namespace

Result<bool> replace_entries(Store& store, const EntryOwner& owner,
                             const std::vector<ListEntry>& entries, Timestamp now) {
  const auto known = known_entries(store);
  if (!known) return known.error();
  if (is_too_long(*known, owner, entries)) {
    log_error("list entries refused, all stays as it was",
              {{"error", owner.name + ": more than " + std::to_string(kMostListEntries) +
                             " entries in all"}});
    return false;
  }
  Change change;
  auto done = remove_others(store, owner, *known, entries, change);
  if (done) done = put_entries(store, owner, *known, entries, now, change);
  const bool is_changed = !change.added.empty() || !change.removed.empty();
  if (done && is_changed) done = note(store, owner, change, now);
  if (!done) return done.error();
  return is_changed;
}

Result<std::vector<std::string>> owners_beginning_with(Store& store, std::string_view beginning) {
  const auto all = store.lists().all();
  if (!all) return all.error();
  std::set<std::string> owners;
  for (const StoredListEntry& stored : *all)
    if (stored.added_by.starts_with(beginning)) owners.insert(stored.added_by);
  return std::vector<std::string>(owners.begin(), owners.end());
}

}  // namespace secondlook
