// The store's directory as the plan wants it: the places of some addresses. Inside a transaction
// or under the store's lock, as everything of a Store.
#pragma once

#include <string>
#include <vector>

#include "remediation/directory/recipient_place.h"

namespace secondlook {

// `addresses` in lower case. What the directory does not know is `unknown`; while no directory was
// read, only addresses with an override are in the view, or all where there are rules.
Result<DirectoryView> read_directory_view(Store& store, const TenantSettings& tenant,
                                          const std::vector<std::string>& addresses);

// The facts of one object that was found already, for lists of all.
Result<DirectoryFacts> facts_of_object(Store& store, const TenantSettings& tenant,
                                       DirectoryObject object);

// Remembers recipients in the tenant's domains that the directory does not know.
Result<void> note_strangers(Store& store, const TenantSettings& tenant,
                            const DirectoryView& directory,
                            const std::vector<std::string>& recipients, Timestamp now);

}  // namespace secondlook
