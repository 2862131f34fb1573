#include "schema/store/migration_copy.h"

#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/log.h"
#include "base/system_error.h"
#include "schema/store/migrations.h"

namespace secondlook {
namespace {

Result<void> write_copy(Connection& connection, const std::string& path) {
  ::unlink(path.c_str());  // half of one, of an interrupted try
  const auto file = open_file(path, O_RDWR | O_CREAT | O_EXCL, 0640);
  if (!file) return file.error();
  if (auto set = connection.sort_in_files(); !set) return set;
  // VACUUM INTO takes a file that is empty, and with it the mode and the group it was made with.
  const auto copied = connection.run("VACUUM INTO ?1", path);
  if (auto set = connection.sort_in_memory(); copied && !set) return set;
  if (!copied) return copied.error();
  if (::fsync(file->number()) != 0) return last_system_error("fsync " + path);
  return {};
}

}  // namespace

std::string migration_copy_path(const std::string& database, int version) {
  return database + ".schema-" + std::to_string(version);
}

Result<void> keep_copy_before_migration(Connection& connection, const std::string& database) {
  const auto version = connection.integer("PRAGMA user_version");
  if (!version) return version.error();
  const int number = static_cast<int>(version->value_or(0));
  if (number == 0 || number >= newest_schema_version()) return {};
  const std::string path = migration_copy_path(database, number);
  log_info("the database is brought up to date, which takes minutes for a large one",
           {{"schema", std::to_string(number)},
            {"to", std::to_string(newest_schema_version())},
            {"copy", path}});
  const std::string unfinished = path + ".new";
  if (auto written = write_copy(connection, unfinished); !written) {
    ::unlink(unfinished.c_str());
    return within("copy before the schema changes, " + path, written.error());
  }
  if (::rename(unfinished.c_str(), path.c_str()) != 0)
    return last_system_error("rename to " + path);
  const std::string directory = database.substr(0, database.rfind('/') + 1);
  return sync_directory(directory.empty() ? "." : directory);
}

}  // namespace secondlook
