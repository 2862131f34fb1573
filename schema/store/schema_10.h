// Schema version 10: what users reported.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema10 = R"sql(
-- reporter: lower case. message_id: of the reported mail, which may never have been recorded.
CREATE TABLE user_reports (
  tenant TEXT NOT NULL,
  message_id TEXT NOT NULL,
  reporter TEXT NOT NULL,
  reported_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, message_id, reporter)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace secondlook
