// What an operator's EXPR means: the messages it finds, read from the database without the lock.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "schema/control_message.h"
#include "schema/store/store.h"

namespace secondlook {

inline constexpr std::size_t kMostSelected = 100'000;

// Newest first. malformed: an empty selection, a bad expression, more than kMostSelected messages,
// or several tenants without all_tenants.
Result<std::vector<AddressedMessage>> select_messages(Store& read_only,
                                                      const CopySelection& selection,
                                                      Timestamp now);

}  // namespace secondlook
