// The one place where errno becomes an Error.
#pragma once

#include <string_view>

#include "base/result.h"

namespace secondlook {

// Reads like "open /var/spool/x: No space left on device". `code` is an errno value.
// ENOENT is not_found; EACCES and EPERM forbidden; EINVAL, EBADF and the like internal; all others
// (full disk, too many files, I/O error, refused connection) temporary: a retry may help.
Error system_error(std::string_view what, int code);

// The same with the calling thread's errno.
Error last_system_error(std::string_view what);

}  // namespace secondlook
