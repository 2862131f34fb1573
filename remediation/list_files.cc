#include "remediation/list_files.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"
#include "base/log.h"
#include "schema/store/lists.h"

namespace secondlook {
namespace {

constexpr std::string_view kFile = "file ";
constexpr std::size_t kLargestFile = std::size_t{4} << 20U;

struct Change {
  std::vector<std::string> added, removed;  // as lines
};

Result<std::vector<ListEntry>> read_list_file(const std::string& path, Timestamp now) {
  const auto text = read_file(path, kLargestFile);
  if (!text) return text.error();
  auto entries = parse_list(*text);
  if (!entries) return within(path, entries.error());
  // What has ended counts for nothing; the file may keep it.
  std::erase_if(*entries, [&](const ListEntry& entry) { return entry.until && *entry.until <= now; });
  return entries;
}

// By key; the first of a file about the same stands.
using Known = std::map<std::string, StoredListEntry>;

Result<Known> known_entries(Store& store) {
  const auto all = store.lists().all();
  if (!all) return all.error();
  Known known;
  for (const StoredListEntry& stored : *all) known.emplace(stored.entry.key(), stored);
  return known;
}

Result<void> put_entries(Store& store, const std::string& owner, const Known& known,
                         const std::vector<ListEntry>& entries, Timestamp now, Change& change) {
  for (const ListEntry& entry : entries) {
    const auto there = known.find(entry.key());
    if (there != known.end() && there->second.added_by != owner) {
      log_warning("list entry of a file passed over, another one stands",
                  {{"entry", entry.key()}, {"by", there->second.added_by}, {"of", owner}});
      continue;
    }
    if (there != known.end() && there->second.entry == entry) continue;
    if (auto put = store.lists().put(entry, now, owner); !put) return put;
    change.added.push_back(to_line(entry));
  }
  return {};
}

Result<void> remove_others(Store& store, const std::string& owner, const Known& known,
                           const std::vector<ListEntry>& entries, Change& change) {
  for (const auto& [key, stored] : known) {
    const bool stays = std::ranges::any_of(
        entries, [&](const ListEntry& entry) { return entry.key() == key; });
    if (stored.added_by != owner || stays) continue;
    if (const auto removed = store.lists().remove(key); !removed) return removed.error();
    change.removed.push_back(to_line(stored.entry));
  }
  return {};
}

Result<void> note(Store& store, const std::string& path, const Change& change, Timestamp now) {
  if (change.added.empty() && change.removed.empty()) return {};
  log_warning("list file taken up", {{"file", path},
                                     {"added", std::to_string(change.added.size())},
                                     {"removed", std::to_string(change.removed.size())}});
  AuditEntry entry;
  entry.at = now;
  entry.who = "secondlook-remediation";
  entry.command = "lists_file";
  const nlohmann::json what = {{"file", path}, {"added", change.added}, {"removed", change.removed}};
  entry.arguments = what.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const auto row = store.append_audit(entry);
  if (!row) return row.error();
  return {};
}

// One file too long must not keep the service from starting.
bool is_too_long(const Known& known, const std::string& owner, const std::vector<ListEntry>& entries) {
  const auto others = std::ranges::count_if(
      known, [&](const auto& one) { return one.second.added_by != owner; });
  return static_cast<std::size_t>(others) + entries.size() > kMostListEntries;
}

Result<void> take_entries(Store& store, const std::string& path,
                          const std::vector<ListEntry>& entries, Timestamp now) {
  const auto known = known_entries(store);
  if (!known) return known.error();
  const std::string owner = added_by_file(path);
  if (is_too_long(*known, owner, entries)) {
    log_error("list file refused, its entries stay as they were",
              {{"error", path + ": more than " + std::to_string(kMostListEntries) + " entries in all"}});
    return {};
  }
  Change change;
  auto done = remove_others(store, owner, *known, entries, change);
  if (done) done = put_entries(store, owner, *known, entries, now, change);
  if (done) done = note(store, path, change, now);
  return done;
}

}  // namespace

std::string added_by_file(const std::string& path) {
  return std::string(kFile) + path;
}

std::string file_that_added(const std::string& added_by) {
  return added_by.starts_with(std::string(kFile) + "/") ? added_by.substr(kFile.size()) : "";
}

Result<void> take_list_files(Store& store, const std::vector<std::string>& files, Timestamp now) {
  const auto known = known_entries(store);
  if (!known) return within("lists", known.error());
  std::vector<std::string> gone;
  for (const auto& [key, stored] : *known) {
    const std::string path = file_that_added(stored.added_by);
    if (!path.empty() && std::ranges::find(files, path) == files.end() &&
        std::ranges::find(gone, path) == gone.end())
      gone.push_back(path);
  }
  for (const std::string& path : gone)
    if (auto taken = take_entries(store, path, {}, now); !taken) return within("lists", taken.error());
  for (const std::string& path : files) {
    const auto entries = read_list_file(path, now);
    if (!entries) {
      log_error("list file refused, its entries stay as they were", {{"error", entries.error().message}});
      continue;
    }
    if (auto taken = take_entries(store, path, *entries, now); !taken)
      return within("lists", taken.error());
  }
  return {};
}

}  // namespace secondlook
