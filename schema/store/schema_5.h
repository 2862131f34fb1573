// Schema version 5: the audit becomes a chain of hashes (README.md says which bytes are hashed).
#pragma once

namespace secondlook {

// Rows that exist already have no hash yet: chain_existing_audit() gives them theirs, in the same
// transaction. Afterwards only rows without a hash may be changed, and there are none.
inline constexpr const char* kSchema5 = R"sql(
-- kind: 'command', 'refused' (nothing was done), 'outcome' (of the row `about`).
-- who: the peer by the kernel's word; login: who logged in, as the operator's tool says.
-- arguments: JSON of the request; outcome: JSON, '' where there is none yet.
ALTER TABLE audit ADD COLUMN kind TEXT NOT NULL DEFAULT 'command';
ALTER TABLE audit ADD COLUMN about INTEGER;
ALTER TABLE audit ADD COLUMN login TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_by_about ON audit (about) WHERE about IS NOT NULL;
DROP TRIGGER audit_is_never_changed;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit WHEN old.hash <> '' BEGIN
  SELECT raise(ABORT, 'the audit is append-only');
END;
)sql";

}  // namespace secondlook
