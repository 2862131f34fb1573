// Schema version 18: what a message is found by stands in the full-text index alone, as keys
// (search_keys.h), where it stood in fifteen indexes and two tables; and the index keeps no texts.
// rebuild_messages() (migrations.cc) does what SQL cannot say.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema18 = R"sql(
-- secret: what search keys are made with, 32 hexadecimal digits. forgotten: messages taken out of the index since it was
-- last merged whole.
CREATE TABLE search_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret TEXT NOT NULL,
  forgotten INTEGER NOT NULL DEFAULT 0
) STRICT;

DROP TRIGGER search_texts_added;
DROP TRIGGER search_texts_removed;
DROP TABLE message_search;
DROP TABLE search_texts;
DROP TABLE message_facts;
DROP TABLE fact_values;

-- rowid: messages.id. keys: those of search_keys.h; the rest words (search_text.h). Nothing of it is kept but the index
-- (search_index.h).
CREATE VIRTUAL TABLE message_search USING fts5 (
  keys, subject, sender, names, files,
  content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');

-- In the order of the messages, so that they need no index of their own. address: NULL where it is its key.
-- place: the order in which a message's recipients came.
CREATE TABLE recipients_18 (
  message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  address_key TEXT NOT NULL,
  place INTEGER NOT NULL,
  address TEXT,
  role TEXT NOT NULL,
  expanded_from TEXT NOT NULL,
  forwarded_from TEXT NOT NULL,
  PRIMARY KEY (message, address_key)
) STRICT, WITHOUT ROWID;
INSERT INTO recipients_18
  SELECT message, address_key, id, nullif(address, address_key), role, expanded_from, forwarded_from
  FROM recipients INDEXED BY recipients_by_message ORDER BY message;
DROP TABLE recipients;
ALTER TABLE recipients_18 RENAME TO recipients;
)sql";

// In place of `messages`, whose triggers are made again as they were. Foreign keys are not enforced
// meanwhile, or they would take all that hangs on a message with the old table.
inline constexpr const char* kMessages18 = R"sql(
-- identity: 16 bytes (identity_of in recording.h); ANY, since what was no hash stays as it was.
CREATE TABLE messages_18 (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  identity ANY NOT NULL,
  deciding_report INTEGER,
  received_at INTEGER NOT NULL,
  disposition TEXT NOT NULL DEFAULT 'unscanned',
  message_id TEXT NOT NULL DEFAULT '',
  sender_key TEXT NOT NULL DEFAULT '',
  from_domain TEXT NOT NULL DEFAULT '',
  direction TEXT NOT NULL DEFAULT '',
  connecting_ip TEXT NOT NULL DEFAULT '',
  restored_by_hand INTEGER NOT NULL DEFAULT 0,
  false_positive INTEGER NOT NULL DEFAULT 0,
  restored_rules TEXT NOT NULL DEFAULT '[]'
) STRICT;
INSERT INTO messages_18
  SELECT id, tenant, hex_bytes(identity), deciding_report, received_at, disposition, message_id, sender_key,
         from_domain, direction, connecting_ip, restored_by_hand, false_positive, restored_rules
  FROM messages ORDER BY id;
-- Ids are never given twice, also where the highest were forgotten.
DELETE FROM sqlite_sequence WHERE name = 'messages_18';
INSERT INTO sqlite_sequence (name, seq) SELECT 'messages_18', seq FROM sqlite_sequence WHERE name = 'messages';
DROP TABLE messages;
PRAGMA legacy_alter_table=ON;
ALTER TABLE messages_18 RENAME TO messages;
PRAGMA legacy_alter_table=OFF;
-- By its beginning: the rest is compared in the row.
CREATE INDEX messages_by_identity ON messages (substr(identity, 1, 6));
CREATE INDEX messages_by_received_at ON messages (received_at);
CREATE INDEX messages_by_tenant ON messages (tenant);
CREATE INDEX messages_by_disposition ON messages (disposition);
)sql";

}  // namespace secondlook
