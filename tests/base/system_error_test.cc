#include "base/system_error.h"

#include <cerrno>

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

TEST_CASE("errno becomes a kind that says whether to try again") {
  CHECK(system_error("open", ENOENT).kind == Error::Kind::not_found);
  CHECK(system_error("open", EACCES).kind == Error::Kind::forbidden);
  CHECK(system_error("open", EROFS).kind == Error::Kind::forbidden);
  CHECK(system_error("write", ENOSPC).kind == Error::Kind::temporary);
  CHECK(system_error("write", EIO).kind == Error::Kind::temporary);
  CHECK(system_error("connect", ECONNREFUSED).kind == Error::Kind::temporary);
  CHECK(system_error("mmap", EINVAL).kind == Error::Kind::internal);
}

TEST_CASE("the message names what was tried") {
  CHECK(system_error("open /x", ENOENT).message == "open /x: No such file or directory");
  errno = ENOSPC;
  CHECK(last_system_error("write").message == "write: No space left on device");
}

}  // namespace
}  // namespace secondlook
