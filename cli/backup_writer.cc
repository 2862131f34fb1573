#include "cli/backup_writer.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include <fcntl.h>
#include <grp.h>
#include <nlohmann/json.hpp>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"
#include "cli/backup_sources.h"
#include "cli/hashed_file.h"
#include "schema/pending_restore.h"
#include "schema/store/database_copy.h"

namespace secondlook {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnfinished = ".secondlook-unfinished-";  // never taken for a backup

std::string user_name(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry == nullptr ? "" : entry->pw_name;
}
std::string group_name(gid_t group) {
  const ::group* entry = ::getgrgid(group);
  return entry == nullptr ? "" : entry->gr_name;
}

Result<FileDescriptor> lock_directory(const std::string& path) {
  auto directory = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!directory) return directory;
  if (::flock(directory->number(), LOCK_EX | LOCK_NB) == 0) return directory;
  if (errno == EWOULDBLOCK) return temporary(path + ": another backup is being made there");
  return last_system_error("lock " + path);
}

// One backup while it is written.
class Draft {
 public:
  explicit Draft(std::string directory) : directory_(std::move(directory)) {}

  Result<void> add_file(BackupKind kind, const std::string& from, const std::string& name) {
    const auto source =
        open_regular_file(from, kind == BackupKind::released_mail ? Links::refuse : Links::follow);
    if (!source) return source.error();
    struct stat status {};
    if (::fstat(source->number(), &status) != 0) return last_system_error(from);
    if (auto made = make_parent(name); !made) return made;
    const auto copied = copy_hashed(source->number(), directory_ + "/" + name, 0600);
    if (!copied) return copied.error();
    manifest.files.push_back({kind, name, from, copied->bytes, copied->sha256,
                              status.st_mode & 0777U, user_name(status.st_uid),
                              group_name(status.st_gid)});
    return {};
  }

  Result<void> add_database(const std::string& from,
                            const std::function<void(std::uint64_t, std::uint64_t)>& told) {
    const std::string name = "detections.db", path = directory_ + "/" + name;
    if (auto copied = copy_database(from, path, told); !copied) return copied;
    const auto facts = read_database_facts(path, Check::quick);
    if (!facts) return facts.error();
    manifest.schema = facts->schema_version;
    const auto hashed = hash_file(path);
    if (!hashed) return hashed.error();
    struct stat status {};
    if (::stat(from.c_str(), &status) != 0) return last_system_error(from);
    manifest.files.push_back({BackupKind::database, name, from, hashed->bytes, hashed->sha256,
                              status.st_mode & 0777U, user_name(status.st_uid),
                              group_name(status.st_gid)});
    return {};
  }

  // The manifest last: what has none is no backup.
  Result<void> finish() {
    if (auto written =
            replace_file(directory_ + "/" + std::string(kManifestName), to_json(manifest), 0600);
        !written)
      return written;
    for (const std::string& made : directories_)
      if (auto synced = sync_directory(made); !synced) return synced;
    return sync_directory(directory_);
  }

  BackupManifest manifest;

 private:
  Result<void> make_parent(const std::string& name) {
    const std::string parent = fs::path(directory_ + "/" + name).parent_path().string();
    for (fs::path at = parent; at.string().size() > directory_.size(); at = at.parent_path())
      directories_.insert(at.string());
    return make_directories(parent, 0700);
  }

  std::string directory_;
  std::set<std::string> directories_;
};

Result<void> fill(Draft& draft, const Configuration& configuration, const BackupWish& wish,
                  MadeBackup& made) {
  const PathSettings& paths = configuration.paths;
  if (auto mark = draft.add_file(BackupKind::recorded_mark, paths.recorded_mark(), "recorded_mark");
      !mark && mark.error().kind != Error::Kind::not_found)
    return mark;
  if (auto copied = draft.add_database(paths.database, wish.told); !copied) return copied;
  // Behind the database: a mail that is released meanwhile is in it, whatever the database says.
  const auto sources = backup_sources(configuration, wish.with_secrets, made.absent);
  if (!sources) return sources.error();
  for (const BackupSource& source : *sources) {
    const bool is_released = source.kind == BackupKind::released_mail;
    const std::string name = is_released
                                 ? "released_mails/" + fs::path(source.path).filename().string()
                                 : "files" + source.path;
    auto added = draft.add_file(source.kind, source.path, name);
    if (!added && added.error().kind == Error::Kind::not_found) {
      if (!is_released) made.absent.push_back(source.path);
    } else if (!added) {
      return added;
    }
  }
  return {};
}

// A second backup of the same second gets a number.
Result<std::string> give_name(const std::string& unfinished, const std::string& directory,
                              Timestamp now) {
  const std::string plain = directory + "/secondlook-" + stamp_of_time(now);
  for (int number = 1; number <= 9; ++number) {
    const std::string path = number == 1 ? plain : plain + "-" + std::to_string(number);
    std::error_code error;
    if (fs::exists(path, error)) continue;  // nobody else names one: the directory is locked
    if (::rename(unfinished.c_str(), path.c_str()) != 0) return last_system_error(path);
    if (auto synced = sync_directory(directory); !synced) return synced.error();
    return path;
  }
  return temporary(plain + " exists: wait a second");
}

// Under another name first, so that a half removed one is never taken for whole.
void remove_backup(const std::string& directory, const std::string& name) {
  const std::string away = directory + "/" + std::string(kUnfinished) + name;
  std::error_code error;
  fs::rename(directory + "/" + name, away, error);
  if (!error) fs::remove_all(away, error);
}

void remove_unfinished(const std::string& directory) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error))
    if (entry.path().filename().string().starts_with(kUnfinished))
      fs::remove_all(entry.path(), error);
}

void note_last_backup(const PathSettings& paths, MadeBackup& made) {
  const nlohmann::ordered_json last = {{"at", made.manifest.made_at},
                                       {"directory", made.directory},
                                       {"bytes", made.manifest.bytes()}};
  const auto written = replace_file(
      last_backup_path(paths),
      last.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n", 0644);
  if (!written) made.unmarked = written.error().message;
}

}  // namespace

std::string stamp_of_time(Timestamp time) {
  std::string stamp;
  for (const char c : format_rfc3339(time).substr(0, 19))
    if (c != '-' && c != ':') stamp += c;
  return stamp + "Z";
}

std::string last_backup_path(const PathSettings& paths) {
  return (fs::path(paths.database).parent_path() / "last_backup").string();
}

std::vector<std::string> backups_in(const std::string& directory) {
  static const std::regex kName("secondlook-[0-9]{8}T[0-9]{6}Z(-[2-9])?");
  std::vector<std::string> names;
  std::error_code error, ignored;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (std::regex_match(name, kName) && !entry.is_symlink(ignored) &&
        fs::is_regular_file(entry.path() / kManifestName, ignored))
      names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<MadeBackup> make_backup(const Configuration& configuration, const BackupWish& wish,
                               Timestamp now) {
  // The database that is in force until then is the one that the restoring is to end.
  if (std::error_code error;
      fs::exists(pending_restore_path(configuration.paths.database), error) || error)
    return temporary(
        "a restored database waits to take its place: start the service or run restore-backup "
        "again "
        "first");
  const std::string directory = fs::absolute(wish.directory).lexically_normal().string();
  if (auto made = make_directories(directory, 0700); !made) return made.error();
  const auto lock = lock_directory(directory);
  if (!lock) return lock.error();
  remove_unfinished(directory);
  const std::string unfinished = directory + "/" + std::string(kUnfinished) + stamp_of_time(now);
  if (::mkdir(unfinished.c_str(), 0700) != 0) return last_system_error(unfinished);
  MadeBackup made;
  Draft draft(unfinished);
  draft.manifest.made_at = format_rfc3339(now);
  draft.manifest.program = SECONDLOOK_VERSION;
  draft.manifest.with_secrets = wish.with_secrets;
  auto filled = fill(draft, configuration, wish, made);
  if (filled) filled = draft.finish();
  auto named = filled ? give_name(unfinished, directory, now) : Result<std::string>(filled.error());
  if (!named) {
    std::error_code error;
    fs::remove_all(unfinished, error);
    return named.error();
  }
  made.directory = std::move(*named);
  made.manifest = std::move(draft.manifest);
  if (wish.keep > 0) {
    auto names = backups_in(directory);
    if (names.size() > wish.keep)
      names.resize(names.size() - wish.keep);
    else
      names.clear();
    for (const std::string& name : names) {
      if (directory + "/" + name == made.directory) continue;  // a clock that went back
      remove_backup(directory, name);
      made.removed.push_back(name);
    }
  }
  note_last_backup(configuration.paths, made);
  return made;
}

}  // namespace secondlook
