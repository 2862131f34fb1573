// Schema version 9: the operators' lists. line: as schema/lists writes it; key: its beginning,
// which two entries about the same share.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema9 = R"sql(
CREATE TABLE list_entries (
  key TEXT PRIMARY KEY,
  line TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace secondlook
