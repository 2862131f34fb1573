#include <filesystem>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cli/backup_restore.h"
#include "cli/backup_writer.h"
#include "cli/child_process.h"
#include "cli/commands.h"
#include "cli/control_client.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kHelp =
    "Usage: secondlook restore-backup DIR [--with-configuration] [--keep-acting] [--dry-run] "
    "[--yes]\n"
    "                                 [--json]\n\n"
    "Puts a backup in place of the database, while the service is stopped. DIR is one backup\n"
    "(.../secondlook-20261127T021500Z). Every file is held against its SHA-256 and the database "
    "is\n"
    "checked first; what is replaced stays beside it as NAME.before-restore-TIME.\n\n"
    "Reports that came after the backup are judged and recorded once more, as far as the journal "
    "log\n"
    "still holds them ([journal] archive_days keeps them longer). What it has freed is lost to "
    "the\n"
    "database: verdicts, and the steps by which those mails could be put back. The command says "
    "how\n"
    "many both are. What was put back by hand since the backup is not known any more either: so "
    "the\n"
    "brake is engaged, and no mail is removed until `secondlook resume`.\n\n"
    "Cut off at any moment, it leaves the old database, whole, or the restored one, which then "
    "takes\n"
    "its place when the service starts. Run it again where files of --with-configuration are "
    "missing.\n\n"
    "  --with-configuration  the configuration, rules, lists, certificates and secrets of the "
    "backup\n"
    "                        too, each to its old path\n"
    "  --keep-acting         the brake is left as it was\n"
    "  --dry-run             says what would be done\n"
    "  --yes                 do not ask\n"
    "  --json                the same as one object\n\n"
    "Exit status: 0 done, 1 nothing was replaced, 2 bad usage.\n\n"
    "Example:\n"
    "  systemctl stop secondlook\n"
    "  secondlook restore-backup /var/backups/secondlook/secondlook-20261127T021500Z\n"
    "  systemctl start secondlook\n"
    "  secondlook search state:held_by_brake; secondlook resume --apply\n";

std::string count(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string in_words(const Sequences& range) {
  return count(range.last - range.first + 1, "report") + " (" + std::to_string(range.first) +
         " to " + std::to_string(range.last) + ")";
}

void tell_of_log(std::ostream& out, const RestorePlan& plan) {
  if (!plan.log) {
    out << "There is no journal log: the service begins a new one.\n";
    return;
  }
  if (!plan.facts.recorded.contains(plan.log->uuid))
    out << "The journal log is none that the backup knows: all it holds is taken for new.\n";
  if (plan.gap.again)
    out << in_words(*plan.gap.again)
        << " in the journal log will be judged and recorded once more.\n";
  if (plan.gap.lost)
    out << in_words(*plan.gap.lost)
        << " are lost to the database: the journal log has freed them. Mails that were removed by "
           "them\nstay where they are; look for them with Microsoft's own search.\n";
  if (!plan.gap.again && !plan.gap.lost && !plan.gap.log_is_older)
    out << "Database and journal log agree: nothing was recorded since the backup.\n";
  if (plan.gap.log_is_older)
    out << "The journal log ends before what the backup knows of it: it was set back as well. "
           "Reports "
           "that come\nnow would be taken for known ones. Move the journal directory away, so that "
           "a new log begins.\n";
}

void tell(std::ostream& out, const RestorePlan& plan, const PathSettings& paths,
          bool engage_brake) {
  out << "Backup of " << terminal_text(plan.manifest.made_at) << ", "
      << count(plan.facts.ids.messages, "message") << " since the beginning, schema version "
      << plan.facts.schema_version << ".\n"
      << "Replaces " << terminal_text(paths.database)
      << (plan.present ? "" : " (which cannot be read, or is not there)") << ".\n";
  for (const FileToRestore& one : plan.files)
    out << (one.replaces ? "Replaces " : "Brings back ") << terminal_text(one.to) << ".\n";
  tell_of_log(out, plan);
  if (engage_brake)
    out << "The brake will be engaged: no mail is removed until `secondlook resume`.\n";
}

Json sequences(const std::optional<Sequences>& range) {
  return range ? Json{{"first", range->first}, {"last", range->last}} : Json(nullptr);
}

void print_json(const Console& console, const RestorePlan& plan, bool done,
                const std::vector<std::string>& kept) {
  Json files = Json::array();
  for (const FileToRestore& one : plan.files) files.push_back(one.to);
  const Json object = {{"directory", plan.directory},
                       {"made_at", plan.manifest.made_at},
                       {"restored", done},
                       {"files", std::move(files)},
                       {"records_again", sequences(plan.gap.again)},
                       {"records_lost", sequences(plan.gap.lost)},
                       {"log_is_older", plan.gap.log_is_older},
                       {"kept", kept}};
  console.out << json_text(object.dump(-1, ' ', false, Json::error_handler_t::replace)) << '\n';
}

// Of the configuration in force, or of the one that is brought back.
Result<PathSettings> paths_of(const Invocation& invocation, const std::string& directory) {
  if (!invocation.arguments.has("with-configuration")) {
    const auto configuration = configuration_of(invocation);
    return configuration ? Result<PathSettings>(configuration->paths) : configuration.error();
  }
  const auto manifest = read_backup(directory);
  if (!manifest) return manifest.error();
  const BackupFile* file = manifest->find(BackupKind::configuration);
  if (file == nullptr) return malformed("the backup holds no configuration");
  const auto configuration = load_configuration(directory + "/" + file->file);
  return configuration ? Result<PathSettings>(configuration->paths) : configuration.error();
}

int no_backup(const Console& console, const std::string& directory, const Error& error) {
  if (error.kind != Error::Kind::not_found)
    return failure(console, "restore-backup: " + error.message);
  const auto names = backups_in(directory);
  if (names.empty())
    return usage_error(console, directory + " is no backup: it has no manifest.json");
  return usage_error(console, directory + " holds " + count(names.size(), "backup") +
                                  "; name one, the newest is " + directory + "/" + names.back());
}

int run_restore_backup(const Invocation& invocation) {
  const Console& console = invocation.console;
  const Arguments& arguments = invocation.arguments;
  if (arguments.words().size() != 1)
    return usage_error(console,
                       "restore-backup: which backup? See secondlook restore-backup --help");
  const bool dry_run = arguments.has("dry-run"), json = arguments.has("json");
  if (!dry_run && !arguments.has("yes") && (!console.in_is_terminal || json))
    return usage_error(console,
                       "restore-backup: without a terminal nobody can be asked; look with "
                       "--dry-run, then say --yes");
  std::string directory = arguments.words()[0];
  while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
  std::error_code error;
  if (!std::filesystem::exists(directory + "/" + std::string(kManifestName), error))
    return no_backup(console, directory, not_found("no manifest"));
  const auto paths = paths_of(invocation, directory);
  if (!paths) return report_error(console, paths.error());
  const auto plan = plan_restore(directory, *paths, arguments.has("with-configuration"));
  if (!plan) return no_backup(console, directory, plan.error());
  RestoreWish wish;
  wish.engage_brake = !arguments.has("keep-acting");
  wish.who = current_user_name() + "(" + std::to_string(::getuid()) + ")";
  wish.login = login_name();
  if (!json) tell(console.out, *plan, *paths, wish.engage_brake);
  console.out.flush();
  if (dry_run) {
    if (json) print_json(console, *plan, false, {});
    return exit_done;
  }
  if (!arguments.has("yes") && !console.confirm("Restore it?"))
    return failure(console, "nothing was done");
  const auto kept = restore(*plan, *paths, wish, invocation.clock.now());
  if (!kept)
    return failure(console,
                   "restore-backup: the database was not replaced: " + kept.error().message);
  if (json) {
    print_json(console, *plan, true, *kept);
    return exit_done;
  }
  for (const std::string& path : *kept) console.out << "kept: " << terminal_text(path) << '\n';
  console.out << "Restored. Start the service.\n";
  return exit_done;
}

}  // namespace

Command restore_backup_command() {
  return {"restore-backup",
          "put a backup in place of the database",
          kHelp,
          {{{"with-configuration"}, {"keep-acting"}, {"dry-run"}, {"yes"}, {"json"}}, false, 1},
          &run_restore_backup};
}

}  // namespace secondlook
