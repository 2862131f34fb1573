#include "schema/store/database_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include "base/system_error.h"

namespace secondlook {

Result<FileDescriptor> lock_database(const std::string& database) {
  const std::string path = database + ".lock";
  auto file = open_file(path, O_RDWR | O_CREAT, 0640);
  if (!file) return within(path, file.error());
  if (::flock(file->number(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK)
    return forbidden(path + ": another secondlook-remediation works on this database");
  return within(path, last_system_error("lock"));
}

}  // namespace secondlook
