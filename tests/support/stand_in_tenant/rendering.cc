#include "tests/support/stand_in_tenant/rendering.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

json select(json all, const Selection& selection) {
  if (selection.empty()) return all;
  json chosen = json::object();
  for (const auto& [name, value] : all.items()) {
    if (name == "id" || selection.contains(name)) chosen[name] = value;
  }
  return chosen;
}

json render_address(const std::string& address, const std::string& name) {
  return {{"emailAddress", {{"address", address}, {"name", name.empty() ? address : name}}}};
}

json render_headers(const Copy& copy) {
  json headers = json::array();
  for (const MailHeader& field : read_mail_headers(copy.mail).fields) {
    headers.push_back({{"name", field.name}, {"value", field.value}});
  }
  return headers;
}

// As Exchange writes them: the primary one in capitals.
json proxies(const std::string& mail, const std::vector<std::string>& aliases) {
  json all = json::array();
  if (!mail.empty()) all.push_back("SMTP:" + mail);
  for (const std::string& alias : aliases) all.push_back("smtp:" + alias);
  return all;
}

std::string to_text(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

json render_user(const User& user, const Selection& selection) {
  json all{{"id", user.id},
           {"displayName", user.display_name},
           {"mail", user.mail},
           {"userPrincipalName", user.user_principal_name}};
  if (selection.empty()) return all;
  all["proxyAddresses"] = proxies(user.mail, user.aliases);
  all["accountEnabled"] = user.is_enabled;
  all["userType"] = user.user_type;
  all["otherMails"] = json::array();
  all["onPremisesSyncEnabled"] = user.is_synced ? json(true) : json(nullptr);
  all["assignedPlans"] = json::array();
  if (user.has_exchange_plan)
    all["assignedPlans"].push_back({{"service", "exchange"}, {"capabilityStatus", "Enabled"}});
  json attributes = json::object();
  for (int number = 1; number <= 15; ++number) {
    const auto found = user.attributes.find(number);
    attributes["extensionAttribute" + std::to_string(number)] =
        found == user.attributes.end() ? json(nullptr) : json(found->second);
  }
  all["onPremisesExtensionAttributes"] = std::move(attributes);
  return select(std::move(all), selection);
}

json render_group(const Group& group, const Selection& selection) {
  return select({{"id", group.id},
                 {"displayName", group.display_name},
                 {"mail", group.mail.empty() ? json(nullptr) : json(group.mail)},
                 {"mailEnabled", !group.mail.empty()},
                 {"securityEnabled", group.is_security},
                 {"groupTypes", group.is_unified ? json{"Unified"} : json::array()},
                 {"proxyAddresses", proxies(group.mail, group.aliases)}},
                selection);
}

json render_contact(const Contact& contact, const Selection& selection) {
  return select({{"id", contact.id},
                 {"displayName", contact.display_name},
                 {"mail", contact.mail},
                 {"proxyAddresses", proxies(contact.mail, contact.aliases)}},
                selection);
}

json render_message(const Copy& copy, const Selection& selection, bool immutable, bool with_size) {
  json all{{"id", immutable ? copy.immutable_id : copy.id},
           {"parentFolderId", copy.folder_id},
           {"internetMessageId", copy.message_id},
           {"subject", copy.subject},
           {"sender", render_address(copy.sender, copy.sender_name)},
           {"from", render_address(copy.sender, copy.sender_name)},
           {"sentDateTime", rfc3339_seconds(copy.sent_at)},
           {"receivedDateTime", rfc3339_seconds(copy.received_at)},
           {"isRead", copy.is_read},
           {"isDraft", copy.is_draft},
           {"isReadReceiptRequested", copy.is_read_receipt_requested && !copy.receipts_suppressed},
           {"categories", copy.categories},
           {"flag", {{"flagStatus", copy.flag}}},
           {"importance", copy.importance}};
  if (selection.contains("internetMessageHeaders")) {
    all["internetMessageHeaders"] = render_headers(copy);
  }
  json message = select(std::move(all), selection);
  if (with_size) {
    const std::string size = std::to_string(copy.mail.size() + 1500);
    message["singleValueExtendedProperties"] = {{{"id", "Integer 0xe08"}, {"value", size}}};
  }
  return message;
}

json render_folder(const Mailbox& mailbox, const Folder& folder, const Selection& selection) {
  const auto count = std::count_if(mailbox.copies.begin(), mailbox.copies.end(),
                                   [&](const auto& c) { return c.second->folder_id == folder.id; });
  const auto children =
      std::count_if(mailbox.folders.begin(), mailbox.folders.end(),
                    [&](const Folder& other) { return other.parent_id == folder.id; });
  return select({{"id", folder.id},
                 {"displayName", folder.display_name},
                 {"parentFolderId", folder.parent_id},
                 {"childFolderCount", children},
                 {"totalItemCount", count},
                 {"isHidden", false}},
                selection);
}

ServedAnswer json_answer(int status, const json& body) {
  ServedAnswer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "application/json"}};
  answer.body = to_text(body);
  return answer;
}

ServedAnswer error_answer(int status, std::string_view code, std::string_view message) {
  return json_answer(status, {{"error",
                               {{"code", code},
                                {"message", message},
                                {"innerError",
                                 {{"date", rfc3339_seconds(SystemClock().now())},
                                  {"request-id", "00000000-0000-4000-8000-000000000000"}}}}}});
}

std::string rfc3339_seconds(Timestamp time) {
  return format_rfc3339(time).substr(0, 19) + "Z";
}

}  // namespace secondlook::stand_in
