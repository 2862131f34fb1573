// The operators' lists (schema/lists). One part of the Store, used as the Store is.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/lists/list_entry.h"

namespace secondlook {

class Connection;

struct StoredListEntry {
  ListEntry entry;
  Timestamp added_at{};
  std::string added_by;
};

class StoredLists {
 public:
  explicit StoredLists(Connection& connection) : connection_(connection) {}

  // In the place of one about the same. forbidden: there are kMostListEntries.
  Result<void> put(const ListEntry& entry, Timestamp at, const std::string& by);
  // False: there was none.
  Result<bool> remove(const std::string& key);
  // In the order of their keys.
  Result<std::vector<StoredListEntry>> all();

 private:
  Connection& connection_;
};

}  // namespace secondlook
