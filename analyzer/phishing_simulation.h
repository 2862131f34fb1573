// Whether a mail belongs to a phishing exercise that the tenant announced ([[tenant.simulation]]):
// such a mail is recorded like any other, and not removed by itself.
#pragma once

#include <vector>

#include "analyzer/message/parsed_message.h"
#include "base/clock.h"
#include "schema/configuration.h"

namespace secondlook {

// Network AND header AND time. The address is the one that the tenant's own hop names; where
// several are named, all must lie in the exercise's networks, since a stranger may have written one
// of them. The header alone never exempts: every recipient of the exercise can read it.
bool is_phishing_simulation(const ParsedMessage& original,
                            const std::vector<PhishingSimulation>& simulations,
                            Timestamp received_at);

}  // namespace secondlook
