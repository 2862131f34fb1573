#include "remediation/directory/sync_guard.h"

namespace secondlook {
namespace {

constexpr const char* kWayOut =
    "; the directory stays as it was. If it is true: secondlook directory sync --accept-shrinking";

std::set<std::string> named_groups(const DirectorySettings& settings) {
  std::set<std::string> names(settings.policy_groups.begin(), settings.policy_groups.end());
  names.insert(settings.vip_groups.begin(), settings.vip_groups.end());
  for (const auto* rules : {&settings.include, &settings.exclude, &settings.protect})
    for (const DirectoryRule& rule : *rules)
      for (const DirectoryRule::Condition& condition : rule.conditions)
        if (condition.attribute == 0) names.insert(condition.value);
  return names;
}

// Ids of a group by its address or id (Entra's ids are GUIDs in lower case).
Result<std::set<std::string>> ids_of(StoredDirectory& directory, Generation generation,
                                     const std::string& name) {
  std::set<std::string> ids;
  const auto by_id = directory.find_by_id(generation, name);
  if (!by_id) return by_id.error();
  if (*by_id) ids.insert((*by_id)->id);
  const auto by_address = directory.find(generation, name);
  if (!by_address) return by_address.error();
  for (const DirectoryObject& object : *by_address) ids.insert(object.id);
  return ids;
}

Error lost_group(const std::string& name) {
  return forbidden("group " + name + ", which a rule or policy names, would be gone" + kWayOut);
}

std::string permission_for(DirectoryPart part) {
  switch (part) {
    case DirectoryPart::users: return "User.Read.All";
    case DirectoryPart::groups: return "Group.Read.All";
    case DirectoryPart::groups_with_members: return "Group.Read.All";
    case DirectoryPart::contacts: break;
  }
  return "OrgContact.Read.All (or contacts = false)";
}

}  // namespace

Result<void> guard_counts(const DirectoryCounts& before, const DirectoryCounts& after) {
  if (after.users == 0)
    return forbidden("Graph answered with no users at all" + std::string(kWayOut));
  if (after.users * 2 < before.users)
    return forbidden("only " + std::to_string(after.users) + " of " + std::to_string(before.users) +
                     " users would be left" + kWayOut);
  return {};
}

Result<void> guard_named_groups(StoredDirectory& directory, const DirectorySettings& settings,
                                std::optional<Generation> before, Generation after) {
  if (!before) return {};
  for (const std::string& name : named_groups(settings)) {
    const auto had = ids_of(directory, *before, name);
    if (!had) return had.error();
    const auto has = ids_of(directory, after, name);
    if (!has) return has.error();
    if (!had->empty() && has->empty()) return lost_group(name);
  }
  return {};
}

Result<void> guard_removals(StoredDirectory& directory, const DirectorySettings& settings,
                            Generation generation, const DirectoryCounts& counts,
                            const std::set<std::string>& gone) {
  DirectoryCounts after = counts;
  for (const std::string& id : gone) {
    const auto object = directory.find_by_id(generation, id);
    if (!object) return object.error();
    if (*object && (*object)->kind == DirectoryKind::user && after.users > 0) --after.users;
  }
  if (!gone.empty())
    if (auto kept = guard_counts(counts, after); !kept) return kept;
  for (const std::string& name : named_groups(settings)) {
    const auto ids = ids_of(directory, generation, name);
    if (!ids) return ids.error();
    for (const std::string& id : *ids)
      if (gone.contains(id)) return lost_group(name);
  }
  return {};
}

Result<std::vector<std::string>> missing_groups(StoredDirectory& directory,
                                                const DirectorySettings& settings,
                                                Generation generation) {
  std::vector<std::string> missing;
  for (const std::string& name : named_groups(settings)) {
    const auto ids = ids_of(directory, generation, name);
    if (!ids) return ids.error();
    if (ids->empty()) missing.push_back(name);
  }
  return missing;
}

Error explain(const GraphError& error, DirectoryPart part) {
  if (error.kind == GraphError::Kind::forbidden)
    return forbidden("Graph refuses to tell the directory (" + error.message +
                     "): the app registration needs the application permission " +
                     permission_for(part) +
                     " with admin consent. Until then mailboxes are asked for by address");
  if (error.code == "stopped") return temporary("stopped before the directory was read");
  return temporary("the directory cannot be read: " + error.message);
}

}  // namespace secondlook
