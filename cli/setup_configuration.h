// The configuration that `secondlook setup` writes: the shipped reference, every name with its
// comment, with the organisation's values filled in.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/setup_answers.h"

namespace secondlook {

struct ConfigurationWish {
  SetupAnswers answers;
  std::string journal_address;
  std::string directory;        // where the files it names lie, without a slash behind
  std::string clamav_database;  // empty: malware scanning stays off
  std::string written_on;       // "2026-11-26"
};

// Of <directory>: the TLS certificate and key (which a person puts there), the app's (made by
// setup).
std::string tls_certificate_path(const std::string& directory);
std::string tls_key_path(const std::string& directory);
std::string app_certificate_path(const std::string& directory, const std::string& name);
std::string app_key_path(const std::string& directory, const std::string& name);

// internal: the reference has no line of a name that is to be set (a test holds it to that).
Result<std::string> fill_configuration(std::string_view reference, const ConfigurationWish& wish);

}  // namespace secondlook
