// Schema version 7: reports that are judged once more. Of each report the rules that decided and,
// of a revision, why it was made and beside which records; the requests that wait, and how far a
// rescan has come.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema7 = R"sql(
ALTER TABLE reports ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN companions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE reports ADD COLUMN rule_set TEXT NOT NULL DEFAULT '';

-- Reports that wait to be judged once more. companions: JSON list of sequences of the same log.
CREATE TABLE revision_requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  log INTEGER NOT NULL REFERENCES logs (id),
  sequence INTEGER NOT NULL,
  cause TEXT NOT NULL,
  companions TEXT NOT NULL,
  is_urgent INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  UNIQUE (log, sequence, cause)
) STRICT;
CREATE INDEX revision_requests_by_urgency ON revision_requests (log, is_urgent DESC, id);

-- The rules that all mail received since then is to have been judged by. Messages with an id of
-- `below` or more were asked for already; NULL: none is left.
CREATE TABLE rescans (
  log INTEGER PRIMARY KEY REFERENCES logs (id),
  rule_set TEXT NOT NULL,
  since INTEGER NOT NULL,
  below INTEGER
) STRICT;
)sql";

}  // namespace secondlook
