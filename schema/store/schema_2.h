// Schema version 2: mails that the policy may remove are kept in few bytes, so that one that an
// operator releases can keep later rule sets from removing it again (schema/released_mail.h).
#pragma once

namespace secondlook {

inline constexpr const char* kSchema2 = R"sql(
-- packed: zstd and base64, never unpacked by who keeps it.
CREATE TABLE reduced_mails (
  report INTEGER PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
  packed TEXT NOT NULL
) STRICT;
)sql";

}  // namespace secondlook
