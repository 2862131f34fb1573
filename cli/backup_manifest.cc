#include "cli/backup_manifest.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"
#include "cli/hashed_file.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLargestManifest = 64 << 20;
constexpr std::array kKinds = {BackupKind::database,      BackupKind::recorded_mark,
                               BackupKind::released_mail, BackupKind::configuration,
                               BackupKind::rules,         BackupKind::list,
                               BackupKind::certificate,   BackupKind::secret};

// "released_mails/7.json": beneath the backup, by no way round.
bool stays_inside(const std::string& file) {
  if (file.empty() || file.front() == '/' || file.find('\0') != std::string::npos) return false;
  for (std::size_t at = 0; at <= file.size();) {
    const std::size_t end = std::min(file.find('/', at), file.size());
    const std::string part = file.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

BackupFile file_from(const Json& json) {
  BackupFile file;
  const auto name = json.at("kind").get<std::string>();
  const auto kind = std::ranges::find(kKinds, name, [](BackupKind one) { return name_of(one); });
  if (kind == kKinds.end()) throw std::runtime_error("unknown kind " + name);
  file.kind = *kind;
  file.file = json.at("file").get<std::string>();
  file.from = json.at("from").get<std::string>();
  file.bytes = json.at("bytes").get<std::uint64_t>();
  file.sha256 = json.at("sha256").get<std::string>();
  file.mode = json.at("mode").get<unsigned>() & 0777U;
  file.owner = json.at("owner").get<std::string>();
  file.group = json.at("group").get<std::string>();
  if (!stays_inside(file.file)) throw std::runtime_error("a file outside: " + file.file);
  if (!file.from.starts_with('/')) throw std::runtime_error("no absolute path: " + file.from);
  return file;
}

BackupManifest manifest_from(const Json& json) {
  if (json.at("version").get<int>() != 1)
    throw std::runtime_error("made by a later version of secondlook");
  BackupManifest manifest;
  manifest.made_at = json.at("made_at").get<std::string>();
  manifest.program = json.at("program").get<std::string>();
  manifest.schema = json.at("schema").get<int>();
  manifest.with_secrets = json.at("with_secrets").get<bool>();
  for (const Json& file : json.at("files")) manifest.files.push_back(file_from(file));
  if (manifest.find(BackupKind::database) == nullptr) throw std::runtime_error("no database in it");
  return manifest;
}

}  // namespace

std::string_view name_of(BackupKind kind) {
  switch (kind) {
    case BackupKind::database: return "database";
    case BackupKind::recorded_mark: return "recorded_mark";
    case BackupKind::released_mail: return "released_mail";
    case BackupKind::configuration: return "configuration";
    case BackupKind::rules: return "rules";
    case BackupKind::list: return "list";
    case BackupKind::certificate: return "certificate";
    case BackupKind::secret: return "secret";
  }
  return "";
}

std::uint64_t BackupManifest::bytes() const {
  std::uint64_t sum = 0;
  for (const BackupFile& file : files) sum += file.bytes;
  return sum;
}

const BackupFile* BackupManifest::find(BackupKind kind) const {
  const auto found = std::ranges::find(files, kind, &BackupFile::kind);
  return found == files.end() ? nullptr : &*found;
}

std::string to_json(const BackupManifest& manifest) {
  Json files = Json::array();
  for (const BackupFile& file : manifest.files)
    files.push_back({{"kind", name_of(file.kind)},
                     {"file", file.file},
                     {"from", file.from},
                     {"bytes", file.bytes},
                     {"sha256", file.sha256},
                     {"mode", file.mode},
                     {"owner", file.owner},
                     {"group", file.group}});
  const Json json = {{"version", 1},
                     {"made_at", manifest.made_at},
                     {"program", manifest.program},
                     {"schema", manifest.schema},
                     {"with_secrets", manifest.with_secrets},
                     {"files", std::move(files)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<BackupManifest> parse_backup_manifest(std::string_view json) try {
  return manifest_from(Json::parse(json));
} catch (const std::exception& exception) {
  return malformed(std::string(kManifestName) + ": " + exception.what());
}

Result<BackupManifest> read_backup(const std::string& directory) {
  const auto json = read_file(directory + "/" + std::string(kManifestName), kLargestManifest);
  if (!json) return json.error();
  auto manifest = parse_backup_manifest(*json);
  if (!manifest) return manifest;
  for (const BackupFile& file : manifest->files) {
    const auto found = hash_file(directory + "/" + file.file);
    if (!found) return malformed("the backup is not whole: " + found.error().message);
    if (found->bytes != file.bytes || found->sha256 != file.sha256)
      return malformed("the backup is damaged: " + file.file + " is not what its manifest says");
  }
  return manifest;
}

}  // namespace secondlook
