// Schema version 15: what people are to be told of. Each row is written by a trigger, in the
// transaction of the change that it tells of: no way of changing that state forgets it, and nothing
// is told that was rolled back. secondlook-notify reads them by id
// (schema/store/alerts/alert_events.h).
#pragma once

namespace secondlook {

// detail is JSON of ids, numbers and names of ours, at most some hundred bytes; no subject, and no
// address but the mailbox of a failure:
//   malicious_removed  {step, action, mailbox}
//   removal_failed     {step, state, mailbox, restores, because}
//   graph_refused      {what: "token" | "mailbox" | "directory", mailbox, because}
//   brake_engaged      {because, scope, name, copies, limit}       tenant ''
//   brake_released     {}                                          tenant ''
//   forged_report      {}
//   approval_waiting   {command, name, person, copies, expires_at} tenant ''
//   test               {channel, audit}                            tenant ''
// A refused token stops every step: one row a tenant in five minutes is enough.
// The newest 100,000 rows are kept; a reader that fell behind further sees the gap in the ids.
inline constexpr const char* kSchema15 = R"sql(
CREATE TABLE alert_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  tenant TEXT NOT NULL,
  message INTEGER,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX alert_events_by_kind ON alert_events (kind, tenant, at);

CREATE TRIGGER alert_events_are_bounded AFTER INSERT ON alert_events BEGIN
  DELETE FROM alert_events WHERE id <= new.id - 100000;
END;

CREATE TRIGGER alert_of_removal AFTER UPDATE OF state ON steps
WHEN new.state = 'removed' AND old.state IS NOT 'removed' AND new.cause = 'automatic'
  AND NOT new.restores
  AND (SELECT disposition FROM messages WHERE id = new.message) = 'malicious' BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    coalesce(new.finished_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
    'malicious_removed', new.tenant, new.message,
    json_object('step', new.id, 'action', new.action, 'mailbox', substr(new.mailbox, 1, 320)));
END;

CREATE TRIGGER alert_of_failure AFTER UPDATE OF state ON steps
WHEN new.state IN ('failed', 'forbidden', 'ambiguous_copy') AND old.state IS NOT new.state BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    coalesce(new.finished_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
    'removal_failed', new.tenant, new.message,
    json_object('step', new.id, 'state', new.state, 'mailbox', substr(new.mailbox, 1, 320),
                'restores', new.restores, 'because', substr(new.detail, 1, 200)));
END;

CREATE TRIGGER alert_of_refused_mailbox AFTER UPDATE OF state ON steps
WHEN new.state = 'forbidden' AND old.state IS NOT 'forbidden' BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    coalesce(new.finished_at, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000),
    'graph_refused', new.tenant, new.message,
    json_object('what', 'mailbox', 'mailbox', substr(new.mailbox, 1, 320),
                'because', substr(new.detail, 1, 200)));
END;

-- "loginRefused": the code of GraphError (graph_client/token_source.cc), which stands in `detail`.
CREATE TRIGGER alert_of_refused_token AFTER UPDATE OF detail ON steps
WHEN instr(new.detail, 'loginRefused') > 0 AND NOT EXISTS (
  SELECT 1 FROM alert_events WHERE kind = 'graph_refused' AND tenant = new.tenant
    AND at > CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000 - 300000000) BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000,
    'graph_refused', new.tenant, new.message,
    json_object('what', 'token', 'because', substr(new.detail, 1, 200)));
END;

-- What remediation/directory/sync_guard.cc says of a refused permission and of a refused token.
CREATE TRIGGER alert_of_refused_directory AFTER UPDATE OF error ON directories
WHEN new.error IS NOT old.error
  AND (new.error LIKE '%Graph refuses to tell%' OR new.error LIKE '%login server: %') BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    coalesce(new.failed_at, 0), 'graph_refused', new.tenant, NULL,
    json_object('what', 'directory', 'because', substr(new.error, 1, 200)));
END;
CREATE TRIGGER alert_of_refused_first_directory AFTER INSERT ON directories
WHEN new.error LIKE '%Graph refuses to tell%' OR new.error LIKE '%login server: %' BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    coalesce(new.failed_at, 0), 'graph_refused', new.tenant, NULL,
    json_object('what', 'directory', 'because', substr(new.error, 1, 200)));
END;

CREATE TRIGGER alert_of_brake AFTER UPDATE OF engaged ON brake
WHEN new.engaged AND NOT old.engaged BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    coalesce(new.since, 0), 'brake_engaged', '', NULL,
    json_object('because', substr(new.because, 1, 300),
      'scope', CASE WHEN json_valid(new.tripped_by) THEN json_extract(new.tripped_by, '$.scope') END,
      'name', CASE WHEN json_valid(new.tripped_by) THEN json_extract(new.tripped_by, '$.name') END,
      'copies', CASE WHEN json_valid(new.tripped_by) THEN json_extract(new.tripped_by, '$.copies') END,
      'limit', CASE WHEN json_valid(new.tripped_by) THEN json_extract(new.tripped_by, '$.limit') END));
END;
CREATE TRIGGER alert_of_brake_release AFTER UPDATE OF engaged ON brake
WHEN old.engaged AND NOT new.engaged BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    coalesce(new.released_at, 0), 'brake_released', '', NULL, '{}');
END;

CREATE TRIGGER alert_of_forgery AFTER INSERT ON messages
WHEN new.disposition = 'forged_report' BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail)
  VALUES (new.received_at, 'forged_report', new.tenant, new.id, '{}');
END;
CREATE TRIGGER alert_of_later_forgery AFTER UPDATE OF disposition ON messages
WHEN new.disposition = 'forged_report' AND old.disposition IS NOT 'forged_report' BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail)
  VALUES (new.received_at, 'forged_report', new.tenant, new.id, '{}');
END;

CREATE TRIGGER alert_of_approval AFTER INSERT ON hand_commands
WHEN new.state = 'awaiting_approval' BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    new.asked_at, 'approval_waiting', '', NULL,
    json_object('command', new.id, 'name', new.name, 'person', substr(new.person, 1, 100),
                'copies', new.copies, 'expires_at', new.expires_at));
END;

-- `secondlook alerts test CHANNEL` is a command like others: its row in the audit is the request.
CREATE TRIGGER alert_of_test AFTER INSERT ON audit
WHEN new.command = 'alerts_test' AND new.kind = 'command' BEGIN
  INSERT INTO alert_events (at, kind, tenant, message, detail) VALUES (
    new.at, 'test', '', NULL,
    json_object('channel', json_extract(new.arguments, '$.content'), 'audit', new.id));
END;
)sql";

}  // namespace secondlook
