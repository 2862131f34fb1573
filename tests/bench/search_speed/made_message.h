// Messages for a database of any size, each a function of its number alone: skewed as an
// organisation's mail is, so that a few senders, hosts and words are everywhere and most are rare.
#pragma once

#include <cstdint>

#include "schema/store/store.h"

namespace secondlook {

// One every 864 ms, so that 100,000 make a day. 97 of 100 are clean.
RecordedReport made_message(std::uint64_t number);
Timestamp made_time(std::uint64_t number);

// What a removal of a made detection leaves: one copy, taken out of its first recipient's mailbox.
Step made_step(MessageRowId message, const RecordedReport& report);

}  // namespace secondlook
