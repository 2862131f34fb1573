// `doctor --domain`: what the world's DNS says of the tenants' domains, and what to do about it.
#pragma once

#include <string>
#include <vector>

#include "cli/dns_resolver.h"
#include "cli/doctor.h"

namespace secondlook {

struct ExaminedDomain {
  std::string name;                        // lower case, A-labels
  const TenantSettings* tenant = nullptr;  // null: nobody's of the configuration
};

// `named` or, where none is, every domain of every tenant but *.onmicrosoft.com, which is
// Microsoft's own. malformed: a name that cannot be one, or nothing to examine.
Result<std::vector<ExaminedDomain>> domains_to_examine(const Configuration& configuration,
                                                       const std::vector<std::string>& named);

Findings examine_domains(const Configuration& configuration,
                         const std::vector<ExaminedDomain>& domains, const Dns& dns);

// The key of a DKIM record (RFC 6376 3.6.1).
struct DkimKey {
  enum class Kind { rsa, ed25519, revoked, unreadable };
  Kind kind = Kind::unreadable;
  int bits = 0;
};
DkimKey read_dkim_key(const std::string& record);

}  // namespace secondlook
