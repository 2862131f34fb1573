// Schema version 8: who wrote how often, and was written to. Keys are those of schema/history,
// under the secret that stands here; no address can be read out of them.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema8 = R"sql(
-- counted: messages with an id up to it are in `history`. secret: hex.
CREATE TABLE history_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret TEXT NOT NULL,
  counted INTEGER NOT NULL
) STRICT;

CREATE TABLE history (
  key INTEGER PRIMARY KEY,
  mails INTEGER NOT NULL,
  written_to INTEGER NOT NULL,
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL
) STRICT;
)sql";

}  // namespace secondlook
