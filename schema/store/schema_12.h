// Schema version 12: by which signatures of the malware scanner reports were judged, and how far a
// rescan by newer ones has come.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema12 = R"sql(
-- Empty: no scanner saw an attachment.
ALTER TABLE reports ADD COLUMN signatures TEXT NOT NULL DEFAULT '';

-- As rescans, for signatures.
CREATE TABLE signature_rescans (
  log INTEGER PRIMARY KEY REFERENCES logs (id),
  signatures TEXT NOT NULL,
  since INTEGER NOT NULL,
  below INTEGER
) STRICT;
)sql";

}  // namespace secondlook
