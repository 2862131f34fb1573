// Landlock by system call: Debian 12's header knows ABI 2 only, the running kernel may know more.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace secondlook {

// The ABI the running kernel offers, 0 without Landlock.
int landlock_abi();

// From now on this thread and its children may only reach files beneath the given paths, and (ABI 4
// and newer, unless may_use_tcp) neither bind nor connect TCP ports. Requires no_new_privs.
Result<void> restrict_with_landlock(const std::vector<std::string>& readable,
                                    const std::vector<std::string>& writable, bool may_use_tcp);

}  // namespace secondlook
