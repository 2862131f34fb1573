#include "tests/support/stand_in_tenant/directory.h"

#include <algorithm>

#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

Group* Directory::find_group(std::string_view id_or_address) {
  const std::string wanted = lower_case(id_or_address);
  for (auto& [id, group] : groups) {
    const bool has_alias =
        std::find(group.aliases.begin(), group.aliases.end(), wanted) != group.aliases.end();
    if (id == id_or_address || lower_case(group.mail) == wanted || has_alias) return &group;
  }
  return nullptr;
}

}  // namespace secondlook::stand_in
