// Schema version 6: the steps of one user. A removal asks which other steps work on the copies of
// its mailbox; with a report of 10,000 recipients that was asked of all their steps, for each of
// them. And a person's retracts of the last hour, which are counted together for approval_above.
#pragma once

namespace secondlook {

inline constexpr const char* kSchema6 = R"sql(
CREATE INDEX steps_by_user ON steps (user_id, message) WHERE user_id <> '';
CREATE INDEX hand_commands_by_person ON hand_commands (person, asked_at);
)sql";

}  // namespace secondlook
