// Schema version 13: what of a message trace was counted into the history already.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema13 = R"sql(
-- key: of a Message-ID, and of a Message-ID with one of its recipients, as those of history.
CREATE TABLE history_imported (
  key INTEGER PRIMARY KEY,
  day INTEGER NOT NULL
) STRICT;
)sql";

}  // namespace secondlook
