#include "remediation/directory/protected_people.h"

#include <algorithm>
#include <string>

#include "base/log.h"
#include "remediation/directory/directory_shape.h"
#include "remediation/owned_entries.h"
#include "schema/store/directory.h"

namespace secondlook {
namespace {

constexpr std::string_view kDirectory = "directory of ";

bool is_likely_a_person(const std::string& name) {
  const auto is_other_letter = [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; };
  const auto first = name.find_first_not_of(' ');
  const auto last = name.find_last_not_of(' ');
  if (first == std::string::npos) return false;
  return name.substr(first, last - first).find(' ') != std::string::npos ||
         std::ranges::any_of(name, is_other_letter);
}

// What the lists could not hold (a name with a line break in it) is nobody's.
std::optional<ListEntry> entry_for(const DirectoryObject& person, const std::string& group) {
  const std::string address = person.mail.empty() ? person.principal_name : person.mail;
  if (person.kind != DirectoryKind::user || address.empty() ||
      !is_likely_a_person(person.display_name))
    return std::nullopt;
  std::string name;  // a "#" would begin a note
  for (const char c : person.display_name)
    if (c != '#' && !(c == ' ' && name.ends_with(' '))) name += c;
  auto entry = parse_list_entry("vip " + address + " " + name + " # in " + group);
  if (!entry) return std::nullopt;
  return *entry;
}

Result<std::vector<ListEntry>> entries_of(StoredDirectory& directory, Generation generation,
                                          const TenantSettings& tenant) {
  std::vector<ListEntry> entries;
  for (const std::string& group : tenant.directory.vip_groups) {
    const auto people = directory.members_of(generation, group, kMostProtectedPeople + 1);
    if (!people) return people.error();
    for (const DirectoryObject& person : *people)
      if (auto entry = entry_for(person, group)) entries.push_back(std::move(*entry));
  }
  if (entries.size() <= kMostProtectedPeople) return entries;
  log_warning("more people in vip_groups than are protected",
              {{"tenant", tenant.name}, {"protected", std::to_string(kMostProtectedPeople)}});
  entries.resize(kMostProtectedPeople);
  return entries;
}

// Nothing: the directory does not tell yet.
Result<std::optional<std::vector<ListEntry>>> people_of(Store& store,
                                                        const TenantSettings& tenant) {
  if (tenant.directory.vip_groups.empty()) return std::optional(std::vector<ListEntry>());
  const auto state = store.directory().state(tenant.name);
  if (!state) return state.error();
  if (!state->generation || !tells_members(*state)) return std::optional<std::vector<ListEntry>>();
  auto entries = entries_of(store.directory(), *state->generation, tenant);
  if (!entries) return entries.error();
  return std::optional(std::move(*entries));
}

EntryOwner owner_of(const std::string& tenant) {
  return {std::string(kDirectory) + tenant, "lists_directory", "tenant", tenant};
}

}  // namespace

bool is_of_directory(const std::string& added_by) {
  return added_by.starts_with(kDirectory);
}

Result<bool> take_protected_people(Store& store, const std::vector<TenantSettings>& tenants,
                                   Timestamp now) {
  bool is_changed = false;
  const auto replace = [&](const std::string& tenant,
                           const std::vector<ListEntry>& entries) -> Result<void> {
    const auto replaced = replace_entries(store, owner_of(tenant), entries, now);
    if (!replaced) return within("protected people", replaced.error());
    is_changed = is_changed || *replaced;
    return {};
  };
  const auto owners = owners_beginning_with(store, kDirectory);
  if (!owners) return owners.error();
  for (const std::string& owner : *owners) {
    const std::string name = owner.substr(kDirectory.size());
    const bool is_there = std::ranges::any_of(
        tenants, [&](const TenantSettings& tenant) { return tenant.name == name; });
    if (is_there) continue;
    if (auto replaced = replace(name, {}); !replaced) return replaced.error();
  }
  for (const TenantSettings& tenant : tenants) {
    const auto people = people_of(store, tenant);
    if (!people) return within("protected people", people.error());
    if (!*people) continue;
    if (auto replaced = replace(tenant.name, **people); !replaced) return replaced.error();
  }
  return is_changed;
}

}  // namespace secondlook
