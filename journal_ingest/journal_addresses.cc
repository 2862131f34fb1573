#include "journal_ingest/journal_addresses.h"

#include <algorithm>

namespace secondlook {
namespace {

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return lowered;
}

}  // namespace

JournalAddresses::JournalAddresses(const std::vector<TenantSettings>& tenants) {
  for (const TenantSettings& tenant : tenants)
    for (const std::string& address : tenant.journal_addresses)
      tenants_.emplace(lower(address), tenant.name);
}

std::optional<std::string> JournalAddresses::tenant_of(std::string_view address) const {
  const auto found = tenants_.find(lower(address));
  if (found == tenants_.end()) return std::nullopt;
  return found->second;
}

}  // namespace secondlook
