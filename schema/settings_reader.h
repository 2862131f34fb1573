// How the sections of secondlook.toml are read into settings: what the sources of
// schema_configuration share. Mistakes are complained of to the table, which knows file and line; a
// value that is not there stays as it was.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/config_file.h"
#include "schema/configuration.h"

namespace secondlook {

// A whole number into an unsigned type; the range is checked by the reader.
template <typename Number>
void read_setting(ConfigTable& table, std::string_view name, Number& value, std::int64_t least,
                  std::int64_t most) {
  value = static_cast<Number>(table.integer(name, static_cast<std::int64_t>(value), least, most));
}
void read_setting(ConfigTable& table, std::string_view name, std::string& value);

std::vector<std::string> lower_all(std::vector<std::string> texts);  // ASCII letters

// [policy], or a tenant's own part of it.
void read_policy(ConfigTable table, PolicySettings& policy);
// A [[tenant.policy_for]], which begins as the tenant's policy.
PolicyFor read_policy_for(ConfigTable table, const PolicySettings& policy);

// Each [[tenant]], which begins as the policy of all.
void read_tenants(ConfigTable root, Configuration& configuration);

}  // namespace secondlook
