#include "remediation/directory/directory_shape.h"

namespace secondlook {
namespace {

constexpr const char* kMembers = " members";
constexpr const char* kContacts = " contacts";

}  // namespace

bool has_rules(const DirectorySettings& settings) {
  return !settings.include.empty() || !settings.exclude.empty() || !settings.protect.empty() ||
         !settings.policy_groups.empty();
}

bool rules_name_group(const DirectorySettings& settings) {
  return names_group(settings.include) || names_group(settings.exclude) ||
         names_group(settings.protect) || !settings.policy_groups.empty();
}

std::string directory_shape(const DirectorySettings& settings) {
  std::string shape = "1";
  if (rules_name_group(settings) || !settings.vip_groups.empty()) shape += kMembers;
  if (settings.contacts) shape += kContacts;
  return shape;
}

bool tells_members(const DirectoryState& state) {
  return state.shape.find(kMembers) != std::string::npos;
}

bool can_decide(const DirectorySettings& settings, const DirectoryState& state) {
  if (!has_rules(settings)) return true;
  if (!state.generation) return false;
  return !rules_name_group(settings) || tells_members(state);
}

}  // namespace secondlook
