// What a reading of the directory may not lose, and what its errors mean to people.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "graph_client/directory_client.h"
#include "schema/configuration.h"
#include "schema/store/directory.h"

namespace secondlook {

// forbidden: no user at all, or fewer than half of the users that were known.
Result<void> guard_counts(const DirectoryCounts& before, const DirectoryCounts& after);

// forbidden: a group that a rule names was in `before` and is not in `after`: its members would
// lose what the rule gave them.
Result<void> guard_named_groups(StoredDirectory& directory, const DirectorySettings& settings,
                                std::optional<Generation> before, Generation after);

// The same for changes: `gone` are the ids that would be removed.
Result<void> guard_removals(StoredDirectory& directory, const DirectorySettings& settings,
                            Generation generation, const DirectoryCounts& counts,
                            const std::set<std::string>& gone);

// Groups that rules name and the directory does not have: their rules hold for nobody.
Result<std::vector<std::string>> missing_groups(StoredDirectory& directory,
                                                const DirectorySettings& settings,
                                                Generation generation);

// 403 names the permission that is missing.
Error explain(const GraphError& error, DirectoryPart part);

}  // namespace secondlook
