#include "journal_ingest/settings_files.h"

#include <utility>

#include "base/file_descriptor.h"

namespace secondlook {

Result<SettingsFiles> read_tls_files(const SmtpSettings& smtp) {
  SettingsFiles files;
  if (smtp.tls_certificate_file.empty()) return files;
  auto certificate = read_file(smtp.tls_certificate_file, kLongestSettingsFile);
  if (!certificate) return malformed(within("certificate", certificate.error()).message);
  auto key = read_file(smtp.tls_key_file, kLongestSettingsFile);
  if (!key) return malformed(within("key", key.error()).message);
  files.certificate = std::move(*certificate);
  files.key = std::move(*key);
  return files;
}

Result<SettingsFiles> read_settings_files(const std::string& configuration_path) {
  auto text = read_file(configuration_path, kLongestSettingsFile);
  if (!text) return within("configuration", text.error());
  const auto configuration = parse_configuration(*text, configuration_path);
  if (!configuration) return configuration.error();
  auto files = read_tls_files(configuration->smtp);
  if (files) files->configuration = std::move(*text);
  return files;
}

}  // namespace secondlook
