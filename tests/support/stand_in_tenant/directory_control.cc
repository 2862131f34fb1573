// The half of the control that arranges users, groups and contacts.
#include <nlohmann/json.hpp>

#include "tests/support/mail_headers.h"
#include "tests/support/stand_in_tenant/control_service.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

ServedAnswer done(const json& body = json::object()) {
  return json_answer(200, body);
}

ServedAnswer refuse(const std::string& because) {
  return json_answer(400, {{"error", because}});
}

json as_list(json one_or_many) {
  return one_or_many.is_object() ? json::array({std::move(one_or_many)}) : one_or_many;
}

std::vector<std::string> lower_texts(const json& object, const char* name) {
  std::vector<std::string> texts = object.value(name, std::vector<std::string>{});
  for (std::string& text : texts) text = lower_case(text);
  return texts;
}

void read_state(const json& one, User& user) {
  if (!one.contains("mailbox")) return;
  const std::string state = one.at("mailbox").get<std::string>();
  user.mailbox = state == "unsupported" ? MailboxState::unsupported
                 : state == "forbidden" ? MailboxState::forbidden
                                        : MailboxState::normal;
}

// What is there is taken, the rest stays.
void read_user(const json& one, User& user) {
  user.mail = one.value("mail", user.mail);
  user.display_name = one.value("display_name", user.display_name);
  user.user_principal_name = one.value("user_principal_name", user.user_principal_name);
  user.id = one.value("id", user.id);
  if (one.contains("aliases")) user.aliases = lower_texts(one, "aliases");
  user.user_type = one.value("type", user.user_type);
  user.is_enabled = one.value("enabled", user.is_enabled);
  user.has_exchange_plan = one.value("licensed", user.has_exchange_plan);
  user.is_synced = one.value("synced", user.is_synced);
  const json attributes = one.value("attributes", json::object());  // items() only refers to it
  for (const auto& [number, text] : attributes.items())
    user.attributes[std::stoi(number)] = text.get<std::string>();
  read_state(one, user);
}

// Of a user, a group or a contact; what is none of them is an id already.
std::string id_of(Tenant& tenant, const std::string& member) {
  if (const Mailbox* const mailbox = tenant.find_by_address(member)) return mailbox->user.id;
  if (const Group* const group = tenant.directory().find_group(member)) return group->id;
  return member;
}

Group read_group(Tenant& tenant, const json& one) {
  Group group;
  group.id = one.value("id", "");
  group.mail = one.value("mail", "");
  group.display_name = one.value("display_name", "");
  group.aliases = lower_texts(one, "aliases");
  group.is_unified = one.value("unified", false);
  group.is_security = one.value("security", false);
  for (const auto& member : one.value("members", std::vector<std::string>{}))
    group.members.push_back({id_of(tenant, member), 0, false});
  return group;
}

void change_members(Tenant& tenant, Group& group, const json& body) {
  const std::uint64_t version = tenant.next_version();
  group.changed_at = version;
  const auto settle = [&](const std::string& who, bool leaves) {
    const std::string id = id_of(tenant, who);
    std::erase_if(group.members, [&](const Membership& member) { return member.id == id; });
    group.members.push_back({id, version, leaves});
  };
  for (const auto& who : body.value("add", std::vector<std::string>{})) settle(who, false);
  for (const auto& who : body.value("remove", std::vector<std::string>{})) settle(who, true);
}

void set_behaviour(Tenant& tenant, const json& body) {
  Directory& directory = tenant.directory();
  directory.page_size = std::max<std::size_t>(body.value("page_size", directory.page_size), 1);
  directory.repeats = body.value("repeats", directory.repeats);
  directory.is_empty = body.value("is_empty", directory.is_empty);
  if (body.value("expire_links", false)) directory.oldest_link = tenant.next_version();
}

}  // namespace

ServedAnswer ControlService::change_directory(const std::string& what,
                                              const ServedRequest& request) {
  const json body = json::parse(request.body);
  if (what == "change-user") {
    Mailbox* const mailbox = tenant_.find_by_address(body.at("user").get<std::string>());
    if (mailbox == nullptr) return refuse("no such user");
    read_user(body, mailbox->user);
    tenant_.touch(mailbox->user);
    return done();
  }
  if (what == "remove-user") {
    const bool found =
        tenant_.remove_user(body.at("user").get<std::string>(), body.value("reason", "changed"));
    return found ? done() : refuse("no such user");
  }
  if (what == "groups") {
    json ids = json::array();
    for (const json& one : as_list(body))
      ids.push_back(tenant_.add_group(read_group(tenant_, one)).id);
    return done({{"ids", std::move(ids)}});
  }
  if (what == "change-group" || what == "remove-group") {
    Group* const group = tenant_.directory().find_group(body.at("group").get<std::string>());
    if (group == nullptr) return refuse("no such group");
    if (what == "change-group") {
      change_members(tenant_, *group, body);
      return done();
    }
    tenant_.directory().removed.push_back(
        {"groups", group->id, body.value("reason", "deleted"), tenant_.next_version()});
    tenant_.directory().groups.erase(std::string(group->id));
    return done();
  }
  if (what == "contacts") {
    for (const json& one : as_list(body)) {
      Contact contact;
      contact.id = one.value("id", "");
      contact.mail = one.at("mail").get<std::string>();
      contact.display_name = one.value("display_name", contact.mail);
      contact.aliases = lower_texts(one, "aliases");
      tenant_.add_contact(std::move(contact));
    }
    return done();
  }
  if (what == "directory") {
    set_behaviour(tenant_, body);
    return done();
  }
  return json_answer(404, {{"error", "the stand-in has no such control: " + what}});
}

Result<std::vector<User>> read_users(std::string_view text) {
  try {
    std::vector<User> users;
    for (const json& one : as_list(json::parse(text))) {
      User user;
      user.mail = one.at("mail").get<std::string>();
      read_user(one, user);
      users.push_back(std::move(user));
    }
    return users;
  } catch (const json::exception& failure) {
    return malformed(std::string("users: ") + failure.what());
  }
}

}  // namespace secondlook::stand_in
