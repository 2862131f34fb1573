// Schema version 3: a copy of each tenant's directory (directory.h).
#pragma once

namespace secondlook {

inline constexpr const char* kSchema3 = R"sql(
-- What is known of a tenant's directory. generation: the one in force, NULL before the first whole
-- reading. shape: what the links were asked with; links of another shape are of no use.
CREATE TABLE directories (
  tenant TEXT PRIMARY KEY,
  generation INTEGER,
  shape TEXT NOT NULL DEFAULT '',
  user_link TEXT NOT NULL DEFAULT '',
  group_link TEXT NOT NULL DEFAULT '',
  contact_link TEXT NOT NULL DEFAULT '',
  full_at INTEGER,
  synced_at INTEGER,
  failed_at INTEGER,
  error TEXT NOT NULL DEFAULT '',
  users INTEGER NOT NULL DEFAULT 0,
  guests INTEGER NOT NULL DEFAULT 0,
  groups INTEGER NOT NULL DEFAULT 0,
  contacts INTEGER NOT NULL DEFAULT 0,
  addresses INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A whole reading goes into a generation of its own, piece by piece, and is in force at once when
-- it is complete. Those in force nowhere are taken away, piece by piece.
CREATE TABLE directory_generations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL
) STRICT;

-- attributes: extension attributes 1 to 15, a line each, or ''.
CREATE TABLE directory_objects (
  generation INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  display_name TEXT NOT NULL,
  mail TEXT NOT NULL,
  principal_name TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  synced INTEGER NOT NULL,
  licensed INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  PRIMARY KEY (generation, id)
) STRICT, WITHOUT ROWID;

-- Every address by which an object is known, as address_key() writes it.
CREATE TABLE directory_addresses (
  generation INTEGER NOT NULL,
  address TEXT NOT NULL,
  object TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (generation, address, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_addresses_by_object ON directory_addresses (generation, object, position);

CREATE TABLE directory_members (
  generation INTEGER NOT NULL,
  member TEXT NOT NULL,
  container TEXT NOT NULL,
  PRIMARY KEY (generation, member, container)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_members_by_container ON directory_members (generation, container);

CREATE TABLE directory_overrides (
  tenant TEXT NOT NULL,
  address TEXT NOT NULL,
  setting TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (tenant, address)
) STRICT, WITHOUT ROWID;

-- Recipients in the tenant's domains that its directory does not know.
CREATE TABLE directory_strangers (
  tenant TEXT NOT NULL,
  address TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY (tenant, address)
) STRICT, WITHOUT ROWID;

-- Mailboxes that Graph has said not to reach; not asked for again before `until`.
CREATE TABLE unreachable_mailboxes (
  tenant TEXT NOT NULL,
  user_id TEXT NOT NULL,
  until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (tenant, user_id)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace secondlook
