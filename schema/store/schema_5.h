// Schema version 5: the audit becomes a chain of hashes (README.md says which bytes are hashed),
// and commands over many copies are kept until they are done (hand_commands.h).
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

-- One row for each retract and restore. id: of its row in the audit; "name id" is steps.cause.
-- request: as it was asked, JSON. copies: what was counted when it was asked (0: was not).
-- skipped: selected messages that could not be planned. failure: '' or what went wrong beside them.
CREATE TABLE hand_commands (
  id INTEGER PRIMARY KEY REFERENCES audit (id),
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  person TEXT NOT NULL,
  request TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  expires_at INTEGER,
  messages INTEGER NOT NULL,
  copies INTEGER NOT NULL,
  skipped INTEGER NOT NULL DEFAULT 0,
  failure TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX hand_commands_open ON hand_commands (id)
  WHERE state IN ('awaiting_approval', 'planning', 'under_way');
-- Selected, and not planned yet.
CREATE TABLE hand_command_messages (
  command INTEGER NOT NULL REFERENCES hand_commands (id),
  message INTEGER NOT NULL,
  PRIMARY KEY (command, message)
) STRICT, WITHOUT ROWID;
-- Waiting steps of another cause that a restore took back.
CREATE TABLE hand_command_withdrawals (
  command INTEGER NOT NULL REFERENCES hand_commands (id),
  step INTEGER NOT NULL,
  PRIMARY KEY (command, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX steps_by_hand ON steps (cause) WHERE cause <> 'automatic';
CREATE INDEX steps_by_hand_open ON steps (cause)
  WHERE cause <> 'automatic' AND state IN ('planned', 'held_by_brake', 'begun');

-- The brake's window. What each message counts against, as it stood when its first step was planned;
-- how many copies each of these had in each minute. Kept by triggers, so that whatever changes a
-- step's state changes the count. Only what is reserved since the last release counts.
ALTER TABLE brake ADD COLUMN released_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE brake ADD COLUMN tripped_by TEXT NOT NULL DEFAULT '';
CREATE TABLE brake_subjects (
  message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (message, scope, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE brake_counts (
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  minute INTEGER NOT NULL,
  copies INTEGER NOT NULL,
  PRIMARY KEY (scope, name, minute)
) STRICT, WITHOUT ROWID;
CREATE INDEX brake_counts_by_minute ON brake_counts (minute);
CREATE TRIGGER steps_reserved_added AFTER INSERT ON steps
WHEN new.reserved_at >= (SELECT released_at FROM brake) BEGIN
  INSERT INTO brake_counts (scope, name, minute, copies)
  SELECT scope, name, new.reserved_at / 60000000, 1 FROM brake_subjects
  WHERE message = new.message
  ON CONFLICT DO UPDATE SET copies = copies + 1;
END;
CREATE TRIGGER steps_reserved_left AFTER UPDATE ON steps
WHEN old.reserved_at IS NOT new.reserved_at
  AND old.reserved_at >= (SELECT released_at FROM brake) BEGIN
  INSERT INTO brake_counts (scope, name, minute, copies)
  SELECT scope, name, old.reserved_at / 60000000, 0 FROM brake_subjects
  WHERE message = old.message
  ON CONFLICT DO UPDATE SET copies = max(copies - 1, 0);
END;
CREATE TRIGGER steps_reserved_entered AFTER UPDATE ON steps
WHEN old.reserved_at IS NOT new.reserved_at
  AND new.reserved_at >= (SELECT released_at FROM brake) BEGIN
  INSERT INTO brake_counts (scope, name, minute, copies)
  SELECT scope, name, new.reserved_at / 60000000, 1 FROM brake_subjects
  WHERE message = new.message
  ON CONFLICT DO UPDATE SET copies = copies + 1;
END;
)sql";

}  // namespace secondlook
