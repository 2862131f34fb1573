// manifest.json of a backup: what it holds, and what each file must be. A directory without a whole
// manifest is no backup.
//   {"version": 1, "made_at": RFC 3339, "program": "0.1.0", "schema": 13, "with_secrets": false,
//    "files": [{"kind", "file", "from", "bytes", "sha256", "mode", "owner", "group"}]}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

enum class BackupKind {
  database,
  recorded_mark,
  released_mail,  // the false-positive tests
  configuration,  // secondlook.toml
  rules,          // of the site
  list,           // lists, overrides of the directory, hosts
  certificate,
  secret  // keys and passwords
};
std::string_view name_of(BackupKind kind);

struct BackupFile {
  BackupKind kind = BackupKind::database;
  std::string file;  // within the backup, "/" between its parts
  std::string from;  // the absolute path it was read from
  std::uint64_t bytes = 0;
  std::string sha256;  // 64 lower-case hexadecimal digits
  unsigned mode = 0600;
  std::string owner, group;  // names; empty where the number had none
};

struct BackupManifest {
  std::string made_at, program;
  int schema = 0;
  bool with_secrets = false;
  std::vector<BackupFile> files;

  std::uint64_t bytes() const;
  const BackupFile* find(BackupKind kind) const;  // the first
};

inline constexpr std::string_view kManifestName = "manifest.json";

std::string to_json(const BackupManifest& manifest);
// malformed: not one, of a later version, or it names a file outside its directory.
Result<BackupManifest> parse_backup_manifest(std::string_view json);
// The manifest of the backup `directory`, each file of which has the size and the digest that it
// says. not_found: no backup; malformed: a file is missing or differs.
Result<BackupManifest> read_backup(const std::string& directory);

}  // namespace secondlook
