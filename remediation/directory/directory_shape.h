// What the rules of [tenant.directory], and the groups that [[tenant.policy_for]] names, need to be
// decided, and what a reading has to ask for. Pure.
#pragma once

#include <string>

#include "schema/configuration.h"
#include "schema/store/directory.h"

namespace secondlook {

bool has_rules(const DirectorySettings& settings);
bool rules_name_group(const DirectorySettings& settings);

// Kept beside the delta links (DirectoryState::shape): links of another shape are of no use.
std::string directory_shape(const DirectorySettings& settings);

// Whether it tells who is in which group.
bool tells_members(const DirectoryState& state);

// Whether the directory in force tells what the rules ask: false before the first reading, and
// after rules began to name groups until members were read.
bool can_decide(const DirectorySettings& settings, const DirectoryState& state);

}  // namespace secondlook
