// Schema version 4: the receipts of a copy. A removal is looked at once more after a while, since
// Graph's search lags behind its writes and a move has been seen to leave a second copy behind.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema4 = R"sql(
-- first_try_at: when Graph was first asked for the copy. verified_at: when a look at the whole
-- mailbox found no copy left outside the destination. next_try_at of a step that has ended: when its
-- mailbox is looked at again.
ALTER TABLE steps ADD COLUMN first_try_at INTEGER;
ALTER TABLE steps ADD COLUMN verified_at INTEGER;
CREATE INDEX steps_to_look_at ON steps (next_try_at)
  WHERE state IN ('removed', 'not_delivered') AND next_try_at IS NOT NULL;
CREATE INDEX steps_removed ON steps (finished_at)
  WHERE state = 'removed' AND cause = 'automatic';
)sql";

}  // namespace secondlook
