#include <nlohmann/json.hpp>

#include "cli/backup_writer.h"
#include "cli/commands.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kHelp =
    "Usage: secondlook backup DIR [--keep N] [--with-secrets] [--json]\n\n"
    "A whole copy of what the service knows, in a new directory beneath DIR, while the service "
    "runs\n"
    "and records: the database, the recorded mark, mails released as false positives, the\n"
    "configuration and the rules, lists, overrides and certificates that it names, each with its\n"
    "SHA-256. It appears whole or not at all. `secondlook restore-backup` brings it back.\n\n"
    "Not in it: keys and passwords, unless --with-secrets; the journal log (reports that are not\n"
    "recorded yet, and its archive); signatures of ClamAV. Run it as root, or some files cannot "
    "be\n"
    "read. Copy it to another machine: a backup on the same disk is lost with it.\n\n"
    "  --keep N        of the backups in DIR the newest N stay, this one among them\n"
    "  --with-secrets  keys and passwords too; then guard the backup as you guard them\n"
    "  --json          one object: directory, made_at, bytes, files, absent, removed\n\n"
    "Exit status: 0 done, 1 nothing was made, 2 bad usage.\n\n"
    "Example:\n"
    "  secondlook backup /var/backups/secondlook --keep 7\n"
    "  systemctl enable --now secondlook-backup.timer     # the same every night\n";

std::string in_words(std::uint64_t bytes) {
  constexpr std::uint64_t kMegabyte = 1'000'000;
  return bytes < kMegabyte ? std::to_string(bytes / 1000) + " kB"
                           : std::to_string(bytes / kMegabyte) + " MB";
}

void print_json(const Console& console, const MadeBackup& made) {
  const Json object = {{"directory", made.directory},
                       {"made_at", made.manifest.made_at},
                       {"bytes", made.manifest.bytes()},
                       {"files", made.manifest.files.size()},
                       {"with_secrets", made.manifest.with_secrets},
                       {"absent", made.absent},
                       {"removed", made.removed}};
  console.out << json_text(object.dump(-1, ' ', false, Json::error_handler_t::replace)) << '\n';
}

void print_words(const Console& console, const MadeBackup& made) {
  console.out << terminal_text(made.directory) << ": " << made.manifest.files.size() << " files, "
              << in_words(made.manifest.bytes()) << '\n';
  for (const std::string& name : made.removed)
    console.out << "removed the older backup " << terminal_text(name) << '\n';
}

int run_backup(const Invocation& invocation) {
  const Console& console = invocation.console;
  const Arguments& arguments = invocation.arguments;
  if (arguments.words().size() != 1)
    return usage_error(console, "backup: into which directory? See secondlook backup --help");
  const auto keep = arguments.number("keep", 0);
  if (!keep) return report_error(console, keep.error());
  if (arguments.has("keep") && *keep == 0)
    return usage_error(console, "backup: --keep 0 would keep none; the least is 1");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  BackupWish wish;
  wish.directory = arguments.words()[0];
  wish.with_secrets = arguments.has("with-secrets");
  wish.keep = *keep;
  wish.told = [&](std::uint64_t done, std::uint64_t all) {
    console.progress("database: " + std::to_string(all == 0 ? 100 : 100 * done / all) + " %");
  };
  const auto made = make_backup(*configuration, wish, invocation.clock.now());
  console.progress("");
  if (!made) return failure(console, "backup: nothing was made: " + made.error().message);
  for (const std::string& path : made->absent)
    console.err << "secondlook: not in the backup, since it is not there: " << terminal_text(path)
                << '\n';
  if (wish.with_secrets)
    console.err << "secondlook: the backup holds keys and passwords: who reads it can act in your "
                   "mailboxes\n";
  if (!made->unmarked.empty())
    console.err << "secondlook: `secondlook doctor` will not know of this backup: "
                << terminal_text(made->unmarked) << '\n';
  arguments.has("json") ? print_json(console, *made) : print_words(console, *made);
  return exit_done;
}

}  // namespace

Command backup_command() {
  return {"backup",
          "a whole copy of database, configuration and rules",
          kHelp,
          {{{"keep", true}, {"with-secrets"}, {"json"}}, false, 1},
          &run_backup};
}

}  // namespace secondlook
