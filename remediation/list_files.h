// Lists that stand in files ([lists] files), beside those that operators told. Read when the
// service starts and after SIGHUP, which starts it anew.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/store/store.h"

namespace secondlook {

// Who added an entry of this file (StoredListEntry::added_by): "file
// /etc/secondlook/lists/block.list".
std::string added_by_file(const std::string& path);
// The path in it; empty: a person added it.
std::string file_that_added(const std::string& added_by);

// Makes the store's entries of each file those that it holds now; what changed is audited. A file
// that cannot be read, or has a mistake in it, is told to the log with the line, and its entries
// stay as they were. An entry that a person, or an earlier file, added stays that one's. Entries of
// files that are no longer named go.
Result<void> take_list_files(Store& store, const std::vector<std::string>& files, Timestamp now);

}  // namespace secondlook
