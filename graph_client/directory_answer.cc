#include "graph_client/directory_answer.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace secondlook {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 1024;
constexpr std::size_t kMostAddresses = 1000;

std::string plain(const std::string& text) {
  std::string kept = text.substr(0, kLongestText);
  for (char& letter : kept)
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) letter = ' ';
  return kept;
}

const json* find(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

// null is told: the property was emptied.
std::optional<std::string> text_at(const json& object, const char* name) {
  const json* const value = find(object, name);
  if (value == nullptr || !(value->is_string() || value->is_null())) return std::nullopt;
  return value->is_null() ? std::string() : plain(value->get_ref<const std::string&>());
}

std::optional<bool> flag_at(const json& object, const char* name) {
  const json* const value = find(object, name);
  if (value == nullptr || !(value->is_boolean() || value->is_null())) return std::nullopt;
  return value->is_boolean() && value->get<bool>();
}

// "SMTP:a@b" is the primary address, "smtp:" another; x500:, sip: and the rest are no mail.
std::optional<std::vector<std::string>> addresses_at(const json& object) {
  const json* const proxies = find(object, "proxyAddresses");
  if (proxies == nullptr || !(proxies->is_array() || proxies->is_null())) return std::nullopt;
  std::vector<std::string> addresses;
  for (const json& proxy : *proxies) {
    if (!proxy.is_string() || addresses.size() == kMostAddresses) continue;
    const std::string text = plain(proxy.get_ref<const std::string&>());
    const std::string_view scheme = std::string_view(text).substr(0, 5);
    const bool is_primary = scheme == "SMTP:";
    if (!is_primary && scheme != "smtp:") continue;
    addresses.insert(is_primary ? addresses.begin() : addresses.end(), text.substr(5));
  }
  return addresses;
}

std::optional<bool> exchange_plan_at(const json& object) {
  const json* const plans = find(object, "assignedPlans");
  if (plans == nullptr || !plans->is_array()) return std::nullopt;
  return std::any_of(plans->begin(), plans->end(), [](const json& plan) {
    return text_at(plan, "service") == "exchange" && text_at(plan, "capabilityStatus") == "Enabled";
  });
}

std::optional<bool> unified_at(const json& object) {
  const json* const types = find(object, "groupTypes");
  if (types == nullptr || !types->is_array()) return std::nullopt;
  return std::find(types->begin(), types->end(), "Unified") != types->end();
}

std::map<int, std::string> attributes_at(const json& object) {
  std::map<int, std::string> attributes;
  const json* const all = find(object, "onPremisesExtensionAttributes");
  if (all == nullptr) return attributes;
  for (int number = 1; number <= 15; ++number) {
    const std::string name = "extensionAttribute" + std::to_string(number);
    if (all->is_null()) attributes[number] = "";
    if (auto text = text_at(*all, name.c_str())) attributes[number] = std::move(*text);
  }
  return attributes;
}

void read_members(const json& object, DirectoryChange& change) {
  const json* const members = find(object, "members@delta");
  if (members == nullptr || !members->is_array()) return;
  for (const json& member : *members) {
    auto id = text_at(member, "id");
    if (!id || id->empty()) continue;
    const bool has_left = find(member, "@removed") != nullptr;
    (has_left ? change.members_removed : change.members_added).push_back(std::move(*id));
  }
}

DirectoryChange to_change(const json& object) {
  DirectoryChange change;
  change.id = text_at(object, "id").value_or("");
  change.is_removed = find(object, "@removed") != nullptr;
  if (change.is_removed) return change;
  change.display_name = text_at(object, "displayName");
  change.mail = text_at(object, "mail");
  change.principal_name = text_at(object, "userPrincipalName");
  change.user_type = text_at(object, "userType");
  change.addresses = addresses_at(object);
  change.is_enabled = flag_at(object, "accountEnabled");
  change.is_synced = flag_at(object, "onPremisesSyncEnabled");
  change.has_exchange_plan = exchange_plan_at(object);
  change.is_unified = unified_at(object);
  change.attributes = attributes_at(object);
  read_members(object, change);
  return change;
}

std::string link_at(const json& page, const char* name) {
  const json* const link = find(page, name);
  return link != nullptr && link->is_string() ? link->get<std::string>() : "";
}

}  // namespace

std::optional<DirectoryPage> read_directory_page(std::string_view body) {
  const json answer = json::parse(body, nullptr, false);
  const json* const objects = find(answer, "value");
  if (objects == nullptr || !objects->is_array()) return std::nullopt;
  DirectoryPage page;
  page.next_link = link_at(answer, "@odata.nextLink");
  page.delta_link = link_at(answer, "@odata.deltaLink");
  if (page.next_link.empty() == page.delta_link.empty()) return std::nullopt;
  for (const json& object : *objects) {
    DirectoryChange change = to_change(object);
    if (!change.id.empty()) page.changes.push_back(std::move(change));
  }
  return page;
}

}  // namespace secondlook
