// Schema version 17: the hash of a rule set stands once, not in every report.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema17 = R"sql(
CREATE TABLE rule_sets (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO rule_sets (hash) SELECT DISTINCT rule_set FROM reports WHERE rule_set <> '';
-- reports.rule_set: the id in rule_sets as text, or '' where nothing is known of it. What was packed before
-- keeps the hash in its verdict too.
UPDATE reports SET rule_set = (SELECT id FROM rule_sets WHERE hash = rule_set) WHERE rule_set <> '';
)sql";

}  // namespace secondlook
