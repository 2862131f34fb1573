// Schema version 11: an index for every field that a search may ask for, so that none walks over
// all messages; and rows of half the size.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema11 = R"sql(
CREATE INDEX messages_by_ip ON messages (connecting_ip) WHERE connecting_ip <> '';
CREATE INDEX messages_by_direction ON messages (direction);
CREATE INDEX messages_by_tenant ON messages (tenant);
CREATE INDEX messages_by_reply_to ON messages (reply_to_key) WHERE reply_to_key <> '';
CREATE INDEX messages_by_reply_to_domain ON messages (
  substr(reply_to_key, instr(reply_to_key, '@') + 1)) WHERE reply_to_key <> '';
CREATE INDEX messages_by_envelope_sender ON messages (envelope_sender_key)
  WHERE envelope_sender_key <> '';
CREATE INDEX messages_by_envelope_domain ON messages (
  substr(envelope_sender_key, instr(envelope_sender_key, '@') + 1)) WHERE envelope_sender_key <> '';
DROP INDEX steps_by_state;
CREATE INDEX steps_by_state ON steps (state, message);
CREATE INDEX steps_by_action ON steps (action, message);
CREATE INDEX steps_by_mailbox_domain ON steps (substr(mailbox, instr(mailbox, '@') + 1), message);

-- 32 hexadecimal digits now (identity_of).
UPDATE messages SET identity = short_hash(identity);

-- packed_verdict.h; `verdict` is '' then. NULL: from before.
ALTER TABLE reports ADD COLUMN packed BLOB;

-- One index of addresses instead of two.
CREATE TABLE recipients_11 (
  id INTEGER PRIMARY KEY,
  message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  address_key TEXT NOT NULL,
  address TEXT NOT NULL,
  role TEXT NOT NULL,
  expanded_from TEXT NOT NULL,
  forwarded_from TEXT NOT NULL,
  UNIQUE (address_key, message)
) STRICT;
INSERT INTO recipients_11
  SELECT id, message, address_key, address, role, expanded_from, forwarded_from FROM recipients;
DROP TABLE recipients;
ALTER TABLE recipients_11 RENAME TO recipients;
CREATE INDEX recipients_by_message ON recipients (message);

-- What messages have in common stands once. kind: FactKind in recording.h. value: lower case.
CREATE TABLE fact_values (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (kind, value)
) STRICT;
CREATE TABLE message_facts (
  fact INTEGER NOT NULL,
  message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  PRIMARY KEY (fact, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_facts_by_message ON message_facts (message);
INSERT INTO fact_values (kind, value) SELECT DISTINCT kind, value FROM facts;
INSERT INTO message_facts SELECT fact_values.id, message FROM facts JOIN fact_values USING (kind, value)
  ORDER BY 1, 2;
DROP TABLE facts;
-- FactKind::recipient_domain.
INSERT INTO fact_values (kind, value)
  SELECT DISTINCT 5, substr(address_key, instr(address_key, '@') + 1) FROM recipients;
INSERT OR IGNORE INTO message_facts SELECT fact_values.id, message FROM recipients JOIN fact_values
  ON kind = 5 AND value = substr(address_key, instr(address_key, '@') + 1);
)sql";

}  // namespace secondlook
