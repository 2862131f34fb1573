// Whose name strangers may not wear, taken from the directory: `vip` entries of the lists for the
// members of [tenant.directory] vip_groups.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/configuration.h"
#include "schema/store/store.h"

namespace secondlook {

// Of a tenant; more are told to the log and left out.
inline constexpr std::size_t kMostProtectedPeople = 1'000;

// Makes the entries those of the directory in force: users with an address and a name that is
// likely a person's (of two words, or in other letters than ASCII: "Support" may be anybody),
// members of the groups or of groups in them. While members were not read, entries stay as they
// were; those of tenants without such groups go. An entry that a person told for the same address
// stands. Whether anything changed. Inside a transaction.
Result<bool> take_protected_people(Store& store, const std::vector<TenantSettings>& tenants,
                                   Timestamp now);

// StoredListEntry::added_by of such an entry.
bool is_of_directory(const std::string& added_by);

}  // namespace secondlook
