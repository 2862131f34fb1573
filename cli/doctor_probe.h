// `doctor --probe MAILBOX`: asks first, has the service do it (schema/control_message.h, `probe`)
// and tells each answer as it comes.
#pragma once

#include <string>

#include "cli/commands.h"

namespace secondlook {

// The exit status: 0 all as expected or unknown, 1 something differs or was left behind, 2 refused
// usage, 3 no service.
int run_probe(const Invocation& invocation, const Configuration& configuration);

}  // namespace secondlook
