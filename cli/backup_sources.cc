#include "cli/backup_sources.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <unistd.h>

namespace secondlook {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 20'000;

class Sources {
 public:
  explicit Sources(std::vector<std::string>& absent) : absent_(absent) {}

  void add(BackupKind kind, const std::string& named) {
    if (named.empty()) return;
    const std::string path = fs::absolute(named).lexically_normal().string();
    if (path.starts_with("/usr/")) return;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) return absent_.push_back(path);
    if (fs::is_directory(status)) return add_directory(kind, path);
    add_file(kind, path);
  }

  Result<std::vector<BackupSource>> take() && {
    if (failure_) return *failure_;
    return std::move(files_);
  }

 private:
  void add_directory(BackupKind kind, const std::string& path) {
    std::error_code error;
    std::vector<std::string> names;
    fs::recursive_directory_iterator at(path, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error))
      // What is being written beside a released mail has another ending.
      if (at->is_regular_file(error) &&
          (kind != BackupKind::released_mail || at->path().extension() == ".json"))
        names.push_back(at->path().string());
    if (error) failure_ = forbidden(path + ": " + error.message());
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) add_file(kind, name);
  }

  // What a link names is meant, so that /etc may consist of them.
  void add_file(BackupKind kind, const std::string& path) {
    const bool known =
        std::ranges::any_of(files_, [&](const auto& one) { return one.path == path; });
    if (known) return;
    if (files_.size() >= kMostFiles) failure_ = malformed("more than 20000 files are named");
    if (!failure_) files_.push_back({kind, path});
  }

  std::vector<std::string>& absent_;
  std::vector<BackupSource> files_;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::vector<BackupSource>> backup_sources(const Configuration& configuration,
                                                 bool with_secrets,
                                                 std::vector<std::string>& absent) {
  Sources sources(absent);
  std::error_code error;
  if (fs::exists(configuration.paths.released_mails(), error) || error)
    sources.add(BackupKind::released_mail, configuration.paths.released_mails());
  sources.add(BackupKind::configuration, configuration.path);
  const std::string shipped = fs::path(shared_file_path("rules")).lexically_normal().string();
  for (const std::string& path : rule_paths(configuration.analyzer))
    if (fs::path(path).lexically_normal().string() != shipped) sources.add(BackupKind::rules, path);
  for (const std::string& path : configuration.list_files) sources.add(BackupKind::list, path);
  for (const std::string& path : configuration.analyzer.host_lists)
    sources.add(BackupKind::list, path);
  for (const TenantSettings& tenant : configuration.tenants)
    sources.add(BackupKind::list, tenant.directory.overrides_file);
  sources.add(BackupKind::certificate, configuration.smtp.tls_certificate_file);
  for (const TenantSettings& tenant : configuration.tenants) {
    sources.add(BackupKind::certificate, tenant.graph.certificate_file);
    sources.add(BackupKind::certificate, tenant.graph.ca_file);
  }
  if (with_secrets) {
    sources.add(BackupKind::secret, configuration.smtp.tls_key_file);
    for (const TenantSettings& tenant : configuration.tenants) {
      sources.add(BackupKind::secret, tenant.graph.key_file);
      sources.add(BackupKind::secret, tenant.graph.client_secret_file);
    }
  }
  return std::move(sources).take();
}

}  // namespace secondlook
