// Schema version 1. Never edited once released: what changes is a further migration.
// Times are microseconds since 1970 (UTC). Absent texts are '', absent times and numbers NULL.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema1 = R"sql(
-- One row for each journal log ever seen. recorded: all sequences up to it are recorded.
CREATE TABLE logs (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  recorded INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One row for each message, however many reports of it came. Columns repeat those facts of the
-- deciding report's verdict that are searched or that the executor needs; *_key is lower case.
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  identity TEXT NOT NULL,
  deciding_report INTEGER,
  received_at INTEGER NOT NULL,
  disposition TEXT NOT NULL DEFAULT 'unscanned',
  message_id TEXT NOT NULL DEFAULT '',
  network_message_id TEXT NOT NULL DEFAULT '',
  sender_key TEXT NOT NULL DEFAULT '',
  from_domain TEXT NOT NULL DEFAULT '',
  reply_to_key TEXT NOT NULL DEFAULT '',
  envelope_sender_key TEXT NOT NULL DEFAULT '',
  direction TEXT NOT NULL DEFAULT '',
  connecting_ip TEXT NOT NULL DEFAULT '',
  restored_by_hand INTEGER NOT NULL DEFAULT 0,
  false_positive INTEGER NOT NULL DEFAULT 0,
  restored_rules TEXT NOT NULL DEFAULT '[]',
  detection INTEGER GENERATED ALWAYS AS (disposition NOT IN ('clean', 'not_a_report')) VIRTUAL,
  UNIQUE (tenant, identity)
) STRICT;
CREATE INDEX messages_by_detection ON messages (detection);
CREATE INDEX messages_by_disposition ON messages (disposition);
CREATE INDEX messages_by_message_id ON messages (message_id);
CREATE INDEX messages_by_sender ON messages (sender_key);
CREATE INDEX messages_by_from_domain ON messages (from_domain);
CREATE INDEX messages_by_received_at ON messages (received_at);

-- One row for each verdict. Of several revisions of a report all but the newest are superseded.
CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  log INTEGER NOT NULL REFERENCES logs (id),
  sequence INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  superseded INTEGER NOT NULL DEFAULT 0,
  severity INTEGER NOT NULL,
  score REAL NOT NULL,
  received_at INTEGER NOT NULL,
  peer TEXT NOT NULL,
  mail_from TEXT NOT NULL,
  tls_version TEXT NOT NULL,
  verdict TEXT NOT NULL,
  UNIQUE (log, sequence, revision)
) STRICT;
CREATE INDEX reports_by_message ON reports (message);

-- Workers that died or overran on a report that is not recorded yet.
CREATE TABLE attempts (
  log INTEGER NOT NULL REFERENCES logs (id),
  sequence INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (log, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE recipients (
  id INTEGER PRIMARY KEY,
  message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  address_key TEXT NOT NULL,
  address TEXT NOT NULL,
  role TEXT NOT NULL,
  expanded_from TEXT NOT NULL,
  forwarded_from TEXT NOT NULL,
  UNIQUE (message, address_key)
) STRICT;
CREATE INDEX recipients_by_address ON recipients (address_key, message);

-- An index from what a message has to the message. kind: FactKind in recording.h. Lower case.
CREATE TABLE facts (
  kind INTEGER NOT NULL,
  value TEXT NOT NULL,
  message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  PRIMARY KEY (kind, value, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_by_message ON facts (message);

-- Between which ids the messages received in an hour lie, so that a time window is an id range.
CREATE TABLE hours (
  hour INTEGER PRIMARY KEY,
  first_message INTEGER NOT NULL,
  last_message INTEGER NOT NULL
) STRICT;

-- Texts as they are indexed (search_text.h). FTS5 with external content needs the old values for a
-- delete, hence the triggers.
CREATE TABLE search_texts (
  message INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
  subject TEXT NOT NULL,
  sender TEXT NOT NULL,
  names TEXT NOT NULL,
  files TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE message_search USING fts5 (
  subject, sender, names, files,
  content='search_texts', content_rowid='message', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN
  INSERT INTO message_search (rowid, subject, sender, names, files)
  VALUES (new.message, new.subject, new.sender, new.names, new.files);
END;
CREATE TRIGGER search_texts_removed AFTER DELETE ON search_texts BEGIN
  INSERT INTO message_search (message_search, rowid, subject, sender, names, files)
  VALUES ('delete', old.message, old.subject, old.sender, old.names, old.files);
END;

-- What is to be done, and was done, to one copy. pre_image: JSON of PreImage, or ''.
-- reserved_at: when an automatic removal counts for the brake; NULL: it does not.
CREATE TABLE steps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  tenant TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  copy INTEGER NOT NULL,
  restores INTEGER NOT NULL,
  undoes INTEGER,
  action TEXT NOT NULL,
  cause TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT NOT NULL,
  planned_at INTEGER NOT NULL,
  begun_at INTEGER,
  finished_at INTEGER,
  next_try_at INTEGER,
  undo_until INTEGER,
  tries INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  copy_id TEXT NOT NULL,
  destination_copy_id TEXT NOT NULL,
  pre_image TEXT NOT NULL,
  reserved_at INTEGER GENERATED ALWAYS AS (
    CASE WHEN cause = 'automatic' AND NOT restores AND action <> 'none'
              AND (begun_at IS NOT NULL OR state IN ('planned', 'begun'))
         THEN coalesce(begun_at, planned_at) END) VIRTUAL
) STRICT;
CREATE INDEX steps_by_message ON steps (message);
CREATE INDEX steps_by_mailbox ON steps (mailbox, message);
CREATE INDEX steps_by_state ON steps (state);
CREATE INDEX steps_due ON steps (coalesce(next_try_at, planned_at)) WHERE state = 'planned';
CREATE INDEX steps_reserved ON steps (reserved_at) WHERE reserved_at IS NOT NULL;

CREATE TABLE brake (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  engaged INTEGER NOT NULL,
  because TEXT NOT NULL,
  since INTEGER
) STRICT;
INSERT INTO brake VALUES (1, 0, '', NULL);

-- What operators did. Rows are only ever added.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  command TEXT NOT NULL,
  arguments TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN
  SELECT raise(ABORT, 'the audit is append-only');
END;
CREATE TRIGGER audit_is_never_removed BEFORE DELETE ON audit BEGIN
  SELECT raise(ABORT, 'the audit is append-only');
END;
)sql";

}  // namespace secondlook
