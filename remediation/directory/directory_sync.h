// One reading of a tenant's directory into the store: the changes since the last one, or the whole
// where there is none, its links are dead or a week old, or the settings ask for other things.
// Never holds the store's lock for more than a few hundred objects, so recording goes on.
//
// What can go wrong leaves the directory as it was: no answer, a missing permission, a stop, and a
// reading that would lose more than half of the users, or a group that a rule names: an answer that
// is empty by mistake must not turn mailboxes into strangers.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "graph_client/directory_client.h"
#include "remediation/directory/directory_change.h"
#include "remediation/shared_store.h"
#include "schema/configuration.h"

namespace secondlook {

struct SyncParts {  // all must outlive the call
  SharedStore& store;
  DirectoryClient& client;
  const TenantSettings& tenant;
  const Clock& clock;
  RoundWait wait;  // between tries, and for no time between pages; false: stop
};

struct SyncWish {
  bool whole = false;             // also where the changes would do
  bool dry_run = false;           // compare only, change nothing
  bool accept_shrinking = false;  // also when more than half would be gone
};

struct SyncOutcome {
  bool was_whole = false;
  // Of the objects. Counted for changes and for dry runs; a whole reading counts none.
  std::uint64_t added = 0, changed = 0, removed = 0;
  DirectoryCounts counts;  // as they are now; for a dry run as they would be after a whole reading
};

// Each object that differs, as it is found.
using DifferenceSink = std::function<void(const DirectoryDifference&)>;

// forbidden: a permission is missing (the message says which) or the reading shrank; temporary: no
// answer, or a stop. A failure that is not a dry run's is noted in the store.
Result<SyncOutcome> sync_directory(const SyncParts& parts, const SyncWish& wish,
                                   const DifferenceSink& sink);

// Reads overrides_file, where one is configured, into the store; `dry_run` only checks it.
Result<void> sync_overrides(const SyncParts& parts, bool dry_run);

}  // namespace secondlook
