// What the settings of ingest are read from: the configuration, and the certificate and key that it
// names, as text. Read together, so that one reload never mixes two generations by our own doing.
#pragma once

#include <string>

#include "base/result.h"
#include "schema/configuration.h"

namespace secondlook {

struct SettingsFiles {
  std::string configuration;  // TOML
  std::string certificate;    // PEM, the chain; empty without TLS
  std::string key;            // PEM, a secret; empty without TLS
};

inline constexpr std::size_t kLongestSettingsFile = 1 << 20;  // bytes

// Certificate and key as [smtp] names them; both empty where it names none. Errors name the file.
Result<SettingsFiles> read_tls_files(const SmtpSettings& smtp);
// All three. The configuration is parsed to find the names: its mistakes come with file and line.
Result<SettingsFiles> read_settings_files(const std::string& configuration_path);

}  // namespace secondlook
