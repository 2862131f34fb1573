// Makes backups: each a directory beneath the one that was named, which appears whole or not at
// all.
//   DIR/secondlook-20261127T021500Z/manifest.json      backup_manifest.h
//                                  /detections.db      one file, no -wal
//                                  /recorded_mark      read before the database, so never ahead of
//                                  it /released_mails/… /files/etc/…        what the configuration
//                                  names, under its path
// Beneath it everything is 0700 and 0600: it holds what the database does.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/backup_manifest.h"
#include "schema/configuration.h"

namespace secondlook {

struct MadeBackup {
  std::string directory;
  BackupManifest manifest;
  std::vector<std::string> absent;   // files that the configuration names, and that are not there
  std::vector<std::string> removed;  // older backups, by name
  std::string unmarked;              // why last_backup could not be written; empty: it was
};

struct BackupWish {
  std::string directory;
  bool with_secrets = false;
  std::size_t keep = 0;  // the newest that stay, this one among them; 0: all
  std::function<void(std::uint64_t, std::uint64_t)> told;  // pages of the database: done, in all
};

// temporary: another backup is being made into the directory, or a restoring has not ended
// (schema/pending_restore.h); otherwise why nothing was made.
Result<MadeBackup> make_backup(const Configuration& configuration, const BackupWish& wish,
                               Timestamp now);

// The names of the backups in `directory`, oldest first.
std::vector<std::string> backups_in(const std::string& directory);

// Beside the database, for `doctor`: {"at", "directory", "bytes"} of the last backup.
std::string last_backup_path(const PathSettings& paths);

// "20261127T021500Z"
std::string stamp_of_time(Timestamp time);

}  // namespace secondlook
