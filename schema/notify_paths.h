// Where secondlook-notify keeps what must outlive it (alerts not yet delivered): beside the
// directory of the database, /var/lib/secondlook/notify by default. It alone enters there.
#pragma once

#include <string>

#include "schema/configuration.h"

namespace secondlook {

std::string notify_state_directory(const PathSettings& paths);

}  // namespace secondlook
