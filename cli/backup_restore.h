// Brings a backup back. First a plan, which reads only and says what would happen; then the doing,
// while the service is stopped. Whatever is replaced stays beside, as NAME.before-restore-STAMP.
//
// The database goes back in time; the journal log does not. What the log still holds above the
// restored mark is judged and recorded once more; what it has freed since is lost to the database,
// and both are said. Ids that were given since are not given again, and automatic removal waits
// behind the brake, since nobody knows any more what was released by hand meanwhile.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/backup_manifest.h"
#include "schema/configuration.h"
#include "schema/store/database_copy.h"

namespace secondlook {

// The journal log as it stands on the disk.
struct LogOnDisk {
  std::string uuid;
  std::uint64_t oldest = 0, durable = 0;  // sequences; oldest 0: it holds none, or cannot be read
};

struct Sequences {
  std::uint64_t first = 0, last = 0;
};

// How restored database and log fit. Pure.
struct LogGap {
  std::optional<Sequences> again;  // still in the log: judged and recorded once more
  std::optional<Sequences> lost;   // freed: the database will not know them
  bool log_is_older = false;       // the log ends below what the database knows of it
};
LogGap gap_between(std::uint64_t recorded, const LogOnDisk& log);

struct FileToRestore {
  BackupFile file;
  std::string to;
  bool replaces = false;  // something else is there
};

struct RestorePlan {
  std::string directory;
  BackupManifest manifest;
  DatabaseFacts facts;                   // of the backup's database
  std::optional<DatabaseFacts> present;  // of the one that is replaced; nothing: wrecked or absent
  std::optional<LogOnDisk> log;          // nothing: there is none
  LogGap gap;
  std::vector<FileToRestore> files;  // what is not there already, the database apart
};

// Every byte of the backup and every page of its database is looked at. not_found: no backup.
Result<RestorePlan> plan_restore(const std::string& directory, const PathSettings& paths,
                                 bool with_configuration);

struct RestoreWish {
  bool engage_brake = true;
  std::string who;  // for the audit: "root(0)"
  std::string login;
};

// forbidden: the service runs. Gives the paths of what was replaced.
Result<std::vector<std::string>> restore(const RestorePlan& plan, const PathSettings& paths,
                                         const RestoreWish& wish, Timestamp now);

}  // namespace secondlook
