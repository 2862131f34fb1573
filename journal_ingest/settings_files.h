// What the settings of ingest are read from: the configuration, and what it names (certificate,
// key, the list of networks), as text. Read together, so that one reload never mixes two
// generations by our own doing.
#pragma once

#include <string>

#include "base/result.h"
#include "schema/configuration.h"

namespace secondlook {

struct SettingsFiles {
  std::string configuration;  // TOML
  std::string certificate;    // PEM, the chain; empty without TLS
  std::string key;            // PEM, a secret; empty without TLS
  std::string networks;       // the shipped list; empty where "exchange_online" is not permitted
};

inline constexpr std::size_t kLongestSettingsFile = 1 << 20;  // bytes

// All but the configuration: what [smtp] names; empty what it does not name. Errors name the file.
Result<SettingsFiles> read_named_files(const SmtpSettings& smtp);
// With the configuration. It is parsed to find the names: its mistakes come with file and line.
Result<SettingsFiles> read_settings_files(const std::string& configuration_path);

}  // namespace secondlook
