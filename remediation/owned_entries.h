// Entries of the lists that no person told one by one: they follow a file, or the directory.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/store/store.h"

namespace secondlook {

struct EntryOwner {
  std::string added_by;  // StoredListEntry::added_by of its entries, and of nobody else's
  std::string command;   // for the audit: "lists_file"
  std::string kind;      // what it is, for audit and log: "file"
  std::string name;      // "/etc/secondlook/lists/block.list"
};

// Makes the owner's entries in the store those given, the first of two about the same; what changed
// is audited. An entry that a person or another owner added stays that one's. More than the lists
// may hold: told to the log, and all stays as it was. Whether anything changed. Inside a
// transaction.
Result<bool> replace_entries(Store& store, const EntryOwner& owner,
                             const std::vector<ListEntry>& entries, Timestamp now);

// Owners that there are, as their entries name them.
Result<std::vector<std::string>> owners_beginning_with(Store& store, std::string_view beginning);

}  // namespace secondlook
