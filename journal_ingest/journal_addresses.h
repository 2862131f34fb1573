// The addresses that reports may be sent to, and whose they are. All others are refused: we never
// relay, and the addresses are secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/configuration.h"

namespace secondlook {

class JournalAddresses {
 public:
  explicit JournalAddresses(const std::vector<TenantSettings>& tenants);

  // The tenant's name; ASCII case does not matter, since no mail system keeps it.
  std::optional<std::string> tenant_of(std::string_view address) const;

 private:
  std::unordered_map<std::string, std::string> tenants_;  // lower-case address -> tenant
};

}  // namespace secondlook
