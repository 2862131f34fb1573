// `directory show`: one address with why it is in or out, or everything that is known.
#include <nlohmann/json.hpp>

#include "remediation/directory/directory_commands.h"
#include "remediation/directory/directory_view.h"
#include "remediation/mail_address.h"

namespace secondlook {
namespace {

using nlohmann::json;

constexpr std::size_t kObjectsAtOnce = 250;
constexpr std::size_t kMostStrangersShown = 1000;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void add_place(json& item, const RecipientPlace& place) {
  item["kind"] = name_of(place.kind);
  item["mailbox"] = place.mailbox;
  item["treatment"] = name_of(place.treatment);
  item["because"] = place.because;
}

void add_object(json& item, const DirectoryObject& object) {
  json attributes = json::object();
  for (std::size_t i = 0; i < object.attributes.size(); ++i)
    if (!object.attributes[i].empty()) attributes[std::to_string(i + 1)] = object.attributes[i];
  item["object"] = name_of(object.kind);
  item["id"] = object.id;
  item["display_name"] = object.display_name;
  item["mail"] = object.mail;
  item["user_principal_name"] = object.principal_name;
  item["addresses"] = object.addresses;
  item["enabled"] = object.is_enabled;
  item["licensed"] = object.has_exchange_plan;
  item["attributes"] = std::move(attributes);
}

json item_of(const std::string& tenant, const std::string& address, const char* source) {
  return {{"address", address}, {"tenant", tenant}, {"source", source}};
}

// --- one address ---

struct Known {
  DirectoryView view;
  std::optional<DirectoryObject> object;
  bool has_directory = false;
};

Result<Known> look_up(Store& store, const TenantSettings& tenant, const std::string& address) {
  Known known;
  auto view = read_directory_view(store, tenant, {address});
  if (!view) return view.error();
  known.view = std::move(*view);
  const auto state = store.directory().state(tenant.name);
  if (!state) return state.error();
  known.has_directory = state->generation.has_value();
  if (!state->generation) return known;
  auto objects = store.directory().find(*state->generation, address);
  if (!objects) return objects.error();
  if (objects->size() == 1) known.object = std::move(objects->front());
  return known;
}

json user_to_json(const std::string& tenant, const std::string& address, const GraphUser& user) {
  json item = item_of(tenant, address, "graph");
  item["id"] = user.id;
  item["mail"] = user.mail;
  item["user_principal_name"] = user.user_principal_name;
  item["addresses"] = user.addresses;
  return item;
}

// What the store does not know is asked of Graph, as a step would.
Result<std::optional<json>> ask_graph(const TenantAccess& tenant, const std::string& address) {
  if (tenant.client == nullptr) return std::optional<json>();
  const auto user = tenant.client->find_user(address);
  if (!user)
    return temporary("tenant " + tenant.settings.name + ": " + user.error().code + " " +
                     user.error().message);
  if (!*user) return std::optional<json>();
  return std::optional(user_to_json(tenant.settings.name, address, **user));
}

Result<std::optional<json>> show_in(const ControlContext& context, const TenantAccess& tenant,
                                    const std::string& address) {
  const auto known =
      context.store.with([&](Store& store) { return look_up(store, tenant.settings, address); });
  if (!known) return known.error();
  const RecipientPlace* const place = known->view.find(address);
  if (place != nullptr && place->kind != RecipientPlace::Kind::unknown) {
    json item = item_of(tenant.settings.name, address, "directory");
    if (known->object) add_object(item, *known->object);
    add_place(item, *place);
    return std::optional(std::move(item));
  }
  auto asked = ask_graph(tenant, address);
  if (!asked || !*asked) return asked;
  if (place != nullptr) add_place(**asked, *place);
  if (known->has_directory) (**asked)["because"] = "unknown to the directory; found by address";
  return asked;
}

Result<std::string> show_one(const ControlContext& context, const ControlCall& call) {
  const std::string address = lower_case(call.request.address);
  std::size_t found = 0;
  for (const auto& [name, access] : context.tenants) {
    if (!call.request.tenant.empty() && call.request.tenant != name) continue;
    auto item = show_in(context, access, address);
    if (!item) return item.error();
    if (!*item) continue;
    ++found;
    if (auto sent = call.sink(dump(**item)); !sent) return sent.error();
  }
  return dump({{"found", found}});
}

// --- all ---

// A page of items, and the id to go on behind; empty: the end.
Result<std::vector<json>> some_objects(Store& store, const TenantSettings& tenant,
                                       std::string& after) {
  std::vector<json> items;
  const auto state = store.directory().state(tenant.name);
  if (!state) return state.error();
  if (!state->generation) return items;
  auto objects = store.directory().page(*state->generation, after, kObjectsAtOnce);
  if (!objects) return objects.error();
  for (const DirectoryObject& object : *objects) {
    after = object.id;
    const std::string address = object.mail.empty() ? object.principal_name : object.mail;
    const auto facts = facts_of_object(store, tenant, object);
    if (!facts) return facts.error();
    json item = item_of(tenant.name, address, "directory");
    add_object(item, object);
    add_place(item, place_recipient(address, *facts, tenant));
    items.push_back(std::move(item));
  }
  return items;
}

Result<std::vector<json>> some_strangers(Store& store, const TenantSettings& tenant) {
  std::vector<json> items;
  const auto strangers = store.directory().strangers(tenant.name, kMostStrangersShown);
  if (!strangers) return strangers.error();
  for (const DirectoryStranger& stranger : *strangers) {
    json item = item_of(tenant.name, stranger.address, "reports");
    item["kind"] = "unknown";
    item["mailbox"] = stranger.address;
    item["treatment"] = "act";
    item["because"] = "in " + std::to_string(stranger.messages) +
                      " messages to be acted on, unknown to the directory; last " +
                      format_rfc3339(stranger.last_seen);
    items.push_back(std::move(item));
  }
  return items;
}

Result<std::size_t> send_all(const ControlCall& call, const std::vector<json>& items) {
  for (const json& item : items)
    if (auto sent = call.sink(dump(item)); !sent) return sent.error();
  return items.size();
}

Result<std::string> show_all(const ControlContext& context, const ControlCall& call) {
  std::size_t found = 0;
  for (const auto& [name, access] : context.tenants) {
    if (!call.request.tenant.empty() && call.request.tenant != name) continue;
    std::string after;
    for (bool more = true; more;) {
      const auto items = context.store.with(
          [&](Store& store) { return some_objects(store, access.settings, after); });
      if (!items) return items.error();
      const auto sent = send_all(call, *items);
      if (!sent) return sent.error();
      found += *sent;
      more = *sent > 0;
    }
    const auto strangers =
        context.store.with([&](Store& store) { return some_strangers(store, access.settings); });
    if (!strangers) return strangers.error();
    const auto sent = send_all(call, *strangers);
    if (!sent) return sent.error();
    found += *sent;
  }
  return dump({{"found", found}});
}

}  // namespace

Result<std::string> answer_directory_show(const ControlContext& context, const ControlCall& call) {
  return call.request.address.empty() ? show_all(context, call) : show_one(context, call);
}

}  // namespace secondlook
