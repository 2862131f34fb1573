// Schema version 16: how many rows there are of what, kept by triggers, so that no metric and no
// `status` has to count a million rows.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema16 = R"sql(
-- kind: 'message' (name: tenant, value: disposition), 'step' (action, state), 'report' ('', '': those that
-- are not superseded). Rows that are there now: what is forgotten counts no more.
CREATE TABLE tallies (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (kind, name, value)
) STRICT, WITHOUT ROWID;
INSERT INTO tallies SELECT 'message', tenant, disposition, count(*) FROM messages GROUP BY 2, 3;
INSERT INTO tallies SELECT 'step', action, state, count(*) FROM steps GROUP BY 2, 3;
INSERT INTO tallies SELECT 'report', '', '', count(*) FROM reports WHERE NOT superseded;

CREATE TRIGGER message_tally_added AFTER INSERT ON messages BEGIN
  INSERT INTO tallies VALUES ('message', new.tenant, new.disposition, 1)
    ON CONFLICT DO UPDATE SET rows = rows + 1;
END;
CREATE TRIGGER message_tally_removed AFTER DELETE ON messages BEGIN
  UPDATE tallies SET rows = rows - 1
    WHERE kind = 'message' AND name = old.tenant AND value = old.disposition;
END;
CREATE TRIGGER message_tally_changed AFTER UPDATE OF disposition ON messages
WHEN new.disposition <> old.disposition BEGIN
  UPDATE tallies SET rows = rows - 1
    WHERE kind = 'message' AND name = old.tenant AND value = old.disposition;
  INSERT INTO tallies VALUES ('message', new.tenant, new.disposition, 1)
    ON CONFLICT DO UPDATE SET rows = rows + 1;
END;

CREATE TRIGGER report_tally_added AFTER INSERT ON reports WHEN NOT new.superseded BEGIN
  UPDATE tallies SET rows = rows + 1 WHERE kind = 'report' AND name = '' AND value = '';
END;
CREATE TRIGGER report_tally_removed AFTER DELETE ON reports WHEN NOT old.superseded BEGIN
  UPDATE tallies SET rows = rows - 1 WHERE kind = 'report' AND name = '' AND value = '';
END;
CREATE TRIGGER report_tally_changed AFTER UPDATE OF superseded ON reports
WHEN new.superseded <> old.superseded BEGIN
  UPDATE tallies SET rows = rows + old.superseded - new.superseded
    WHERE kind = 'report' AND name = '' AND value = '';
END;

CREATE TRIGGER step_tally_added AFTER INSERT ON steps BEGIN
  INSERT INTO tallies VALUES ('step', new.action, new.state, 1)
    ON CONFLICT DO UPDATE SET rows = rows + 1;
END;
CREATE TRIGGER step_tally_removed AFTER DELETE ON steps BEGIN
  UPDATE tallies SET rows = rows - 1
    WHERE kind = 'step' AND name = old.action AND value = old.state;
END;
CREATE TRIGGER step_tally_changed AFTER UPDATE OF action, state ON steps
WHEN new.state <> old.state OR new.action <> old.action BEGIN
  UPDATE tallies SET rows = rows - 1
    WHERE kind = 'step' AND name = old.action AND value = old.state;
  INSERT INTO tallies VALUES ('step', new.action, new.state, 1)
    ON CONFLICT DO UPDATE SET rows = rows + 1;
END;

-- How long copies lay in reach until they were removed automatically: those of at most `upper`
-- microseconds that are in no lower row. Never goes down.
CREATE TABLE exposure_tallies (
  upper INTEGER PRIMARY KEY,
  copies INTEGER NOT NULL DEFAULT 0,
  microseconds INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO exposure_tallies (upper) VALUES
  (100000), (250000), (500000), (1000000), (2500000), (5000000), (10000000), (30000000), (60000000),
  (300000000), (900000000), (3600000000), (21600000000), (86400000000), (9223372036854775807);
UPDATE exposure_tallies SET (copies, microseconds) = (
  SELECT count(*), coalesce(sum(max(0, finished_at - received_at)), 0)
  FROM steps JOIN messages ON messages.id = steps.message
  WHERE state = 'removed' AND cause = 'automatic' AND finished_at - received_at <= upper
    AND finished_at - received_at > coalesce(
      (SELECT max(upper) FROM exposure_tallies AS lower WHERE lower.upper < exposure_tallies.upper),
      -9223372036854775807));
CREATE TRIGGER exposure_tally AFTER UPDATE OF state ON steps
WHEN new.state = 'removed' AND old.state <> 'removed' AND new.cause = 'automatic' BEGIN
  UPDATE exposure_tallies SET copies = copies + 1, microseconds = microseconds + max(0,
      new.finished_at - (SELECT received_at FROM messages WHERE id = new.message))
    WHERE upper = (SELECT min(upper) FROM exposure_tallies WHERE upper >=
      new.finished_at - (SELECT received_at FROM messages WHERE id = new.message));
END;
)sql";

}  // namespace secondlook
