#include "journal_ingest/settings_files.h"

#include <algorithm>
#include <utility>

#include "base/file_descriptor.h"
#include "schema/network_list.h"

namespace secondlook {

namespace {

// An empty path names nothing. Whatever is wrong with a file is a mistake of the configuration.
Result<void> read_named(const char* what, const std::string& path, std::string& text) {
  if (path.empty()) return {};
  auto read = read_file(path, kLongestSettingsFile);
  if (!read) return malformed(within(what, read.error()).message);
  text = std::move(*read);
  return {};
}

}  // namespace

Result<SettingsFiles> read_named_files(const SmtpSettings& smtp) {
  const auto& permitted = smtp.permitted_networks;
  const bool has_list =
      std::find(permitted.begin(), permitted.end(), kExchangeOnline) != permitted.end();
  SettingsFiles files;
  auto read = read_named("certificate", smtp.tls_certificate_file, files.certificate);
  if (read) read = read_named("key", smtp.tls_key_file, files.key);
  if (read && has_list)
    read = read_named("networks", exchange_online_networks_path(), files.networks);
  if (!read) return read.error();
  return files;
}

Result<SettingsFiles> read_settings_files(const std::string& configuration_path) {
  auto text = read_file(configuration_path, kLongestSettingsFile);
  if (!text) return within("configuration", text.error());
  const auto configuration = parse_configuration(*text, configuration_path);
  if (!configuration) return configuration.error();
  auto files = read_named_files(configuration->smtp);
  if (files) files->configuration = std::move(*text);
  return files;
}

}  // namespace secondlook
