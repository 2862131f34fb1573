#include "schema/pending_restore.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"

namespace secondlook {

std::string pending_restore_path(const std::string& database) {
  return database + ".restored";
}

Result<bool> finish_pending_restore(const std::string& database) {
  const std::string pending = pending_restore_path(database);
  if (::access(pending.c_str(), F_OK) != 0)
    return errno == ENOENT ? Result<bool>(false) : Result<bool>(last_system_error(pending));
  const std::string parent = std::filesystem::path(database).parent_path().string();
  for (const char* behind : {"-wal", "-shm"})
    if (::unlink((database + behind).c_str()) != 0 && errno != ENOENT)
      return last_system_error(database + behind);
  // They must be gone on the disk before the new database has their name.
  if (auto synced = sync_directory(parent.empty() ? "." : parent); !synced) return synced.error();
  if (::rename(pending.c_str(), database.c_str()) != 0) return last_system_error(database);
  if (auto synced = sync_directory(parent.empty() ? "." : parent); !synced) return synced.error();
  return true;
}

}  // namespace secondlook
