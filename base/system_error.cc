#include "base/system_error.h"

#include <cerrno>
#include <system_error>

namespace secondlook {
namespace {

Error::Kind kind_of(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR: return Error::Kind::not_found;
    case EACCES:
    case EPERM:
    case EROFS: return Error::Kind::forbidden;
    case EINVAL:
    case EBADF:
    case EFAULT:
    case ENOSYS: return Error::Kind::internal;
    default: return Error::Kind::temporary;
  }
}

}  // namespace

Error system_error(std::string_view what, int code) {
  return {kind_of(code), std::string(what) + ": " + std::generic_category().message(code)};
}

Error last_system_error(std::string_view what) {
  return system_error(what, errno);
}

}  // namespace secondlook
