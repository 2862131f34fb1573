#include "remediation/directory/directory_change.h"

#include <algorithm>

namespace secondlook {
namespace {

bool has(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

DirectoryKind kind_of(const std::optional<DirectoryObject>& before, const DirectoryChange& change,
                      DirectoryPart part) {
  if (part == DirectoryPart::contacts) return DirectoryKind::contact;
  if (part == DirectoryPart::users) {
    if (change.user_type)
      return address_key(*change.user_type) == "guest" ? DirectoryKind::guest : DirectoryKind::user;
    return before ? before->kind : DirectoryKind::user;
  }
  if (change.is_unified)
    return *change.is_unified ? DirectoryKind::unified_group : DirectoryKind::group;
  return before ? before->kind : DirectoryKind::group;
}

// Each once; the primary one in front.
std::vector<std::string> in_order(const std::vector<std::string>& addresses,
                                  const std::string& primary) {
  std::vector<std::string> ordered;
  if (!primary.empty()) ordered.push_back(primary);
  for (const std::string& address : addresses)
    if (std::string key = address_key(address); !key.empty() && !has(ordered, key))
      ordered.push_back(std::move(key));
  return ordered;
}

std::string name_of(const DirectoryObject& object) {
  if (!object.mail.empty()) return object.mail;
  return object.principal_name.empty() ? object.id : object.principal_name;
}

void tell(std::string& detail, const std::string& what) {
  detail += (detail.empty() ? "" : "; ") + what;
}

std::string compare(const DirectoryObject& before, const DirectoryObject& after) {
  std::string detail;
  if (before.kind != after.kind)
    tell(detail, std::string(name_of(before.kind)) + " is now " + std::string(name_of(after.kind)));
  if (before.mail != after.mail)
    tell(detail, "primary address was " + (before.mail.empty() ? "none" : before.mail));
  for (const std::string& address : after.addresses)
    if (!has(before.addresses, address)) tell(detail, "+" + address);
  for (const std::string& address : before.addresses)
    if (!has(after.addresses, address)) tell(detail, "-" + address);
  for (std::size_t i = 0; i < after.attributes.size(); ++i)
    if (before.attributes[i] != after.attributes[i])
      tell(detail, "attribute" + std::to_string(i + 1) + " was '" + before.attributes[i] +
                       "', is '" + after.attributes[i] + "'");
  if (before.is_enabled != after.is_enabled)
    tell(detail, after.is_enabled ? "account enabled" : "account disabled");
  return detail.empty() ? "other properties" : detail;
}

}  // namespace

DirectoryObject apply_change(const std::optional<DirectoryObject>& before,
                             const DirectoryChange& change, DirectoryPart part) {
  DirectoryObject object = before.value_or(DirectoryObject{});
  object.id = change.id;
  object.kind = kind_of(before, change, part);
  if (change.display_name) object.display_name = *change.display_name;
  if (change.principal_name) object.principal_name = address_key(*change.principal_name);
  if (change.mail) object.mail = address_key(*change.mail);
  if (change.addresses || change.mail)
    object.addresses = in_order(change.addresses.value_or(object.addresses), object.mail);
  if (object.mail.empty() && !object.addresses.empty()) object.mail = object.addresses.front();
  if (change.is_enabled) object.is_enabled = *change.is_enabled;
  if (change.is_synced) object.is_synced = *change.is_synced;
  if (change.has_exchange_plan) object.has_exchange_plan = *change.has_exchange_plan;
  for (const auto& [number, text] : change.attributes)
    object.attributes[static_cast<std::size_t>(number) - 1] = text;
  return object;
}

std::string_view name_of(DirectoryDifference::Kind kind) {
  switch (kind) {
    case DirectoryDifference::Kind::added: return "added";
    case DirectoryDifference::Kind::changed: return "changed";
    case DirectoryDifference::Kind::removed: return "removed";
  }
  return "changed";
}

std::optional<DirectoryDifference> difference(const std::optional<DirectoryObject>& before,
                                              const std::optional<DirectoryObject>& after) {
  using Kind = DirectoryDifference::Kind;
  if (before == after) return std::nullopt;
  if (!before)
    return DirectoryDifference{Kind::added, name_of(*after), std::string(name_of(after->kind))};
  if (!after)
    return DirectoryDifference{Kind::removed, name_of(*before), std::string(name_of(before->kind))};
  return DirectoryDifference{Kind::changed, name_of(*after), compare(*before, *after)};
}

}  // namespace secondlook
