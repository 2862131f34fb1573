// PATCH of a message: the properties a scanner may set, strictly typed, all or nothing.
#pragma once

#include <string_view>

#include "base/result.h"
#include "tests/support/stand_in_tenant/tenant.h"

namespace secondlook::stand_in {

// isRead, categories, flag.flagStatus, importance, and the extended properties that take back a
// receipt request (Boolean 0x0C06 and 0x0029). Any other name or a wrong type changes nothing and
// is `malformed`.
Result<void> change_message(Copy& copy, std::string_view body);

}  // namespace secondlook::stand_in
