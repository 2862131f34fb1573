// What `doctor` wants to know of each tenant's Graph: whether we may sign in, what the token
// grants beside what is needed, and how our clock stands to Microsoft's.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "remediation/control_commands.h"

namespace secondlook {
namespace {

using nlohmann::json;

// One permission, and those that hold it as well (Microsoft's permissions reference).
struct Need {
  std::string_view name;
  std::vector<std::string_view> or_any_of;
};

const std::vector<Need>& needs(bool contacts) {
  static const std::vector<Need> kNeeds = {
      {"Mail.ReadWrite", {}},
      {"User.Read.All", {"User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}},
      {"Group.Read.All", {"Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}}};
  static const std::vector<Need> kWithContacts = [] {
    auto more = kNeeds;
    more.push_back({"OrgContact.Read.All", {"Directory.Read.All", "Directory.ReadWrite.All"}});
    return more;
  }();
  return contacts ? kWithContacts : kNeeds;
}

// Not needed, and worth stealing.
bool is_beyond(std::string_view role) {
  return role == "Mail.Send" || role.ends_with(".ReadWrite.All") || role == "full_access_as_app" ||
         role.starts_with("RoleManagement.") || role.starts_with("AppRoleAssignment.") ||
         role.starts_with("Application.ReadWrite");
}

void add_roles(json& item, const std::vector<std::string>& roles, bool contacts) {
  const auto has = [&](std::string_view name) {
    return std::ranges::find(roles, name) != roles.end();
  };
  json missing = json::array(), beyond = json::array();
  for (const Need& need : needs(contacts))
    if (!has(need.name) && !std::ranges::any_of(need.or_any_of, has)) missing.push_back(need.name);
  for (const std::string& role : roles)
    if (is_beyond(role)) beyond.push_back(role);
  item["roles"] = roles;
  item["missing"] = std::move(missing);
  item["beyond"] = std::move(beyond);
}

json check(const TenantAccess& access) {
  const TenantSettings& settings = access.settings;
  const TenantHealth health = access.probe->examine();
  json needed = json::array();
  for (const Need& need : needs(settings.directory.contacts)) needed.push_back(need.name);
  const auto text = [](const std::string& value) {
    return value.empty() ? json(nullptr) : json(value);
  };
  json item = {{"tenant", settings.name},
               {"mode", settings.policy.enforce ? "enforce" : "observe"},
               {"sign_in_error", text(health.sign_in_error)},
               {"roles", nullptr},
               {"needed", std::move(needed)},
               {"missing", nullptr},
               {"beyond", nullptr},
               {"directory_status", health.directory_status},
               {"directory_code", text(health.directory_code)},
               {"ahead_seconds", nullptr}};
  if (health.roles) add_roles(item, *health.roles, settings.directory.contacts);
  if (health.ahead) item["ahead_seconds"] = health.ahead->count();
  return item;
}

}  // namespace

Result<std::string> answer_tenant_check(const ControlContext& context, const ControlCall& call) {
  std::size_t tenants = 0;
  for (const auto& [name, access] : context.tenants) {
    if (!call.request.tenant.empty() && call.request.tenant != name) continue;
    if (access.probe == nullptr) continue;
    const std::string item = check(access).dump(-1, ' ', false, json::error_handler_t::replace);
    if (auto sent = call.sink(item); !sent) return sent.error();
    ++tenants;
  }
  return json{{"tenants", tenants}}.dump();
}

}  // namespace secondlook
