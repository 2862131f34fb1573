// Schema version 14: how far a rescan by newer host lists has come.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema14 = R"sql(
-- As rescans, for host lists, by their digest. Of `reports` it asks which links there are, not by which lists they
-- were judged.
CREATE TABLE host_list_rescans (
  log INTEGER PRIMARY KEY REFERENCES logs (id),
  host_lists TEXT NOT NULL,
  since INTEGER NOT NULL,
  below INTEGER
) STRICT;
)sql";

}  // namespace secondlook
