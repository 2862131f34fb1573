#include "cli/backup_restore.h"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"
#include "cli/backup_writer.h"
#include "cli/child_process.h"
#include "cli/hashed_file.h"
#include "cli/service_layout.h"
#include "schema/journal_log/reader.h"
#include "schema/pending_restore.h"
#include "schema/store/database_lock.h"
#include "schema/store/restored_database.h"

namespace secondlook {
namespace {

namespace fs = std::filesystem;

// Nobody gives more ids than this between two backups; only where the old database cannot say.
constexpr std::int64_t kIdsLeftOut = 1'000'000;

std::string parent_of(const std::string& path) {
  return fs::path(path).parent_path().string();
}

Result<std::optional<LogOnDisk>> read_log(const std::string& journal) {
  auto reader = JournalLogReader::open_to_the_end(journal);
  if (!reader && reader.error().kind == Error::Kind::not_found) return std::optional<LogOnDisk>();
  if (!reader) return within("journal log", reader.error());
  LogOnDisk log;
  log.uuid = reader->log();
  const auto oldest = reader->oldest_sequence();
  const auto durable = reader->durable_sequence();
  if (!durable) return within("journal log", durable.error());
  log.oldest = oldest ? *oldest : 0;
  log.durable = *durable;
  return std::optional(log);
}

// Who owns what is put in place of `path`: whoever owned that, else its directory.
struct Owner {
  uid_t user = 0;
  gid_t group = 0;
  mode_t mode = 0640;
};
std::optional<Owner> owner_of(const std::string& path, mode_t mode) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0)
    return Owner{status.st_uid, status.st_gid, status.st_mode & 0777U};
  if (::stat(parent_of(path).c_str(), &status) == 0)
    return Owner{status.st_uid, status.st_gid, mode};
  return std::nullopt;
}

Result<void> give(const std::string& path, const Owner& owner) {
  if (::geteuid() == 0 && ::chown(path.c_str(), owner.user, owner.group) != 0)
    return last_system_error("chown " + path);
  return ::chmod(path.c_str(), owner.mode) == 0 ? Result<void>()
                                                : last_system_error("chmod " + path);
}

// The old one keeps its name until the new one takes it. A second restoring of the same second gets
// a number. Empty: there is nothing to keep.
Result<std::string> keep_beside(const std::string& path, const std::string& stamp) {
  std::string kept = path + ".before-restore-" + stamp;
  for (int number = 2; ::link(path.c_str(), kept.c_str()) != 0; ++number) {
    if (errno == ENOENT) return std::string();
    if (errno != EEXIST || number > 9) return last_system_error(kept);
    kept = path + ".before-restore-" + stamp + "-" + std::to_string(number);
  }
  return kept;
}

Result<void> copy_checked(const std::string& directory, const BackupFile& file,
                          const std::string& to) {
  ::unlink(to.c_str());  // of an interrupted try
  const auto source = open_regular_file(directory + "/" + file.file, Links::refuse);
  if (!source) return source.error();
  const auto copied = copy_hashed(source->number(), to, 0600);
  if (!copied) return copied.error();
  if (copied->sha256 == file.sha256) return {};
  ::unlink(to.c_str());
  return malformed(file.file + " changed while it was read");
}

// As the file had it, where its directory does not decide.
Owner owner_for(const FileToRestore& one) {
  Owner owner = owner_of(one.to, one.file.mode).value_or(Owner{0, 0, one.file.mode});
  if (one.replaces || one.file.kind == BackupKind::released_mail) return owner;
  if (const auto user = find_user(one.file.owner)) owner.user = user->user;
  if (const auto group = find_group(one.file.group)) owner.group = *group;
  return owner;
}

class Restorer {
 public:
  Restorer(const RestorePlan& plan, const PathSettings& paths, const RestoreWish& wish,
           Timestamp now)
      : plan_(plan), paths_(paths), wish_(wish), now_(now), stamp_(stamp_of_time(now)) {}

  Result<std::vector<std::string>> run() {
    const std::string fresh = paths_.database + ".restoring";
    auto done = lock();
    if (done) done = prepare_database(fresh);
    for (const FileToRestore& one : plan_.files)
      if (done) done = put(one);
    if (done) done = write_mark();
    if (done) done = put_database(fresh);
    if (done) return std::move(kept_);
    ::unlink(fresh.c_str());
    return done.error();
  }

 private:
  Result<void> lock() {
    std::error_code error;
    if (fs::is_directory(paths_.runtime, error)) {
      auto serving = lock_runtime_directory(paths_.runtime);
      if (!serving) return within("stop the service first", serving.error());
      locks_.push_back(std::move(*serving));
    }
    if (auto made = make_directories(parent_of(paths_.database), 0750); !made) return made;
    auto database = lock_database(paths_.database);
    if (!database) return within("stop the service first", database.error());
    locks_.push_back(std::move(*database));
    // Of an earlier one that was cut off: what is kept beside is then what was in force.
    if (auto finished = finish_pending_restore(paths_.database); !finished) return finished.error();
    // Root may have made it now, and remediation must be able to open it.
    if (const auto owner = owner_of(parent_of(paths_.database) + "/.", 0640))
      return give(paths_.database + ".lock", {owner->user, owner->group, 0640});
    return {};
  }

  GivenIds ids() const {
    GivenIds ids = plan_.facts.ids;
    if (plan_.present) {
      ids.messages = std::max(ids.messages, plan_.present->ids.messages);
      ids.steps = std::max(ids.steps, plan_.present->ids.steps);
      ids.audit = std::max(ids.audit, plan_.present->ids.audit);
      return ids;
    }
    return {ids.messages + kIdsLeftOut, ids.steps + kIdsLeftOut, ids.audit + kIdsLeftOut};
  }

  AuditEntry entry() const {
    const auto sequences = [](const std::optional<Sequences>& range) {
      return range ? nlohmann::ordered_json({range->first, range->last}) : nlohmann::ordered_json();
    };
    AuditEntry entry;
    entry.at = now_;
    entry.who = wish_.who;
    entry.login = wish_.login;
    entry.command = "restore-backup";
    entry.arguments =
        nlohmann::ordered_json({{"backup", fs::path(plan_.directory).filename().string()},
                                {"made_at", plan_.manifest.made_at},
                                {"records_again", sequences(plan_.gap.again)},
                                {"records_lost", sequences(plan_.gap.lost)},
                                {"brake", wish_.engage_brake}})
            .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return entry;
  }

  Result<void> prepare_database(const std::string& fresh) {
    const BackupFile& database = *plan_.manifest.find(BackupKind::database);
    if (auto copied = copy_checked(plan_.directory, database, fresh); !copied) return copied;
    Restoration restoration{ids(), entry(), "", now_};
    if (wish_.engage_brake)
      restoration.brake = "the database was restored from a backup of " + plan_.manifest.made_at +
                          ": what was released by hand since then is not known";
    if (auto ready = make_ready(fresh, restoration); !ready) return ready;
    return give(fresh, owner_of(paths_.database, 0640).value_or(Owner{}));
  }

  Result<void> put(const FileToRestore& one) {
    const Owner owner = owner_for(one);
    if (auto made = make_directories(parent_of(one.to), 0750); !made) return made;
    if (auto kept = keep(one.to); !kept) return kept.error();
    const std::string fresh = one.to + ".restoring";
    if (auto copied = copy_checked(plan_.directory, one.file, fresh); !copied) return copied;
    if (auto given = give(fresh, owner); !given) return given;
    return take_name(fresh, one.to);
  }

  Result<std::string> keep(const std::string& path) {
    auto kept = keep_beside(path, stamp_);
    if (kept && !kept->empty()) kept_.push_back(*kept);
    return kept;
  }

  static Result<void> take_name(const std::string& fresh, const std::string& path) {
    if (::rename(fresh.c_str(), path.c_str()) != 0) return last_system_error(path);
    return sync_directory(parent_of(path));
  }

  // Before the database: a mark that is too low only keeps segments longer.
  Result<void> write_mark() {
    const std::string path = paths_.recorded_mark();
    if (auto made = make_directories(parent_of(path), 0755); !made) return made;
    const Owner owner = owner_of(paths_.database, 0644).value_or(Owner{});
    if (auto given = give(parent_of(path), {owner.user, owner.group, 0755}); !given) return given;
    std::string uuid;
    std::uint64_t recorded = 0;
    if (plan_.log) {
      uuid = plan_.log->uuid;
      const auto known = plan_.facts.recorded.find(uuid);
      if (known != plan_.facts.recorded.end()) recorded = known->second;
    }
    if (uuid.empty()) {  // no log: a mark of it would only be an alarm
      ::unlink(path.c_str());
      return sync_directory(parent_of(path));
    }
    const nlohmann::json mark = {{"log", uuid}, {"recorded", recorded}};
    if (auto written = replace_file(path, mark.dump() + "\n", 0644); !written) return written;
    return give(path, {owner.user, owner.group, 0644});
  }

  // Old database and -wal get their second names, then one rename decides
  // (schema/pending_restore.h).
  Result<void> put_database(const std::string& fresh) {
    const std::string& path = paths_.database;
    const auto kept = keep(path);
    if (!kept) return kept.error();
    const std::string wal = path + "-wal";
    const std::string kept_wal =
        (kept->empty() ? path + ".before-restore-" + stamp_ : *kept) + "-wal";
    if (::link(wal.c_str(), kept_wal.c_str()) == 0)
      kept_.push_back(kept_wal);
    else if (errno != ENOENT)
      return last_system_error(kept_wal);
    if (auto decided = take_name(fresh, pending_restore_path(path)); !decided) return decided;
    const auto finished = finish_pending_restore(path);
    if (finished) return {};
    return within("the restored one takes its place when the service starts, or this is run again",
                  finished.error());
  }

  const RestorePlan& plan_;
  const PathSettings& paths_;
  const RestoreWish& wish_;
  Timestamp now_;
  std::string stamp_;
  std::vector<FileDescriptor> locks_;
  std::vector<std::string> kept_;
};

// Nothing: it is there already, or stays as it is.
std::optional<FileToRestore> place_for(const BackupFile& file, const PathSettings& paths,
                                       bool with_configuration) {
  FileToRestore one{file, file.from, false};
  const bool is_released = file.kind == BackupKind::released_mail;
  if (file.kind == BackupKind::database || file.kind == BackupKind::recorded_mark)
    return std::nullopt;
  if (is_released) one.to = paths.released_mails() + "/" + fs::path(file.file).filename().string();
  if (!is_released && !with_configuration) return std::nullopt;
  struct stat status {};
  one.replaces = ::stat(one.to.c_str(), &status) == 0;
  // A mail that was released, and is there, is at least as new.
  if (one.replaces && is_released) return std::nullopt;
  if (one.replaces)
    if (const auto there = hash_file(one.to); there && there->sha256 == file.sha256)
      return std::nullopt;
  return one;
}

}  // namespace

LogGap gap_between(std::uint64_t recorded, const LogOnDisk& log) {
  LogGap gap;
  gap.log_is_older = log.durable < recorded;
  const std::uint64_t next = recorded + 1;
  const std::uint64_t held = log.oldest == 0 ? next : log.oldest;
  if (held > next) gap.lost = {next, held - 1};
  const std::uint64_t first = std::max(next, held);
  if (first <= log.durable) gap.again = {first, log.durable};
  return gap;
}

Result<RestorePlan> plan_restore(const std::string& directory, const PathSettings& paths,
                                 bool with_configuration) {
  RestorePlan plan;
  plan.directory = fs::absolute(directory).lexically_normal().string();
  if (plan.directory.ends_with('/')) plan.directory.pop_back();
  auto manifest = read_backup(plan.directory);
  if (!manifest) return manifest.error();
  plan.manifest = std::move(*manifest);
  const BackupFile& database = *plan.manifest.find(BackupKind::database);
  auto facts = read_database_facts(plan.directory + "/" + database.file, Check::whole);
  if (!facts) return facts.error();
  plan.facts = std::move(*facts);
  const std::string pending = pending_restore_path(paths.database);
  std::error_code error;
  const std::string& in_force = fs::exists(pending, error) ? pending : paths.database;
  if (auto present = read_database_facts(in_force, Check::nothing))
    plan.present = std::move(*present);
  auto log = read_log(paths.journal);
  if (!log) return log.error();
  plan.log = std::move(*log);
  if (plan.log) {
    const auto known = plan.facts.recorded.find(plan.log->uuid);
    plan.gap = gap_between(known == plan.facts.recorded.end() ? 0 : known->second, *plan.log);
  }
  for (const BackupFile& file : plan.manifest.files)
    if (auto one = place_for(file, paths, with_configuration))
      plan.files.push_back(std::move(*one));
  return plan;
}

Result<std::vector<std::string>> restore(const RestorePlan& plan, const PathSettings& paths,
                                         const RestoreWish& wish, Timestamp now) {
  return Restorer(plan, paths, wish, now).run();
}

}  // namespace secondlook
