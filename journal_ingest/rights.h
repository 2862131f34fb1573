// What secondlook-ingest may still do once its sockets and keys are open: it talks to strangers, so
// it reads the recorded mark, writes the journal log, and nothing else.
#pragma once

#include "base/confinement.h"
#include "schema/configuration.h"

namespace secondlook {

Confinement ingest_rights(const PathSettings& paths);

}  // namespace secondlook
