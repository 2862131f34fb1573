#include "graph_client/graph_path.h"

#include <algorithm>

namespace secondlook {

namespace {

constexpr std::string_view kUserProperties = "$select=id,mail,userPrincipalName,proxyAddresses";

// PR_MESSAGE_SIZE is no property of a Graph message, but can be had as an extended one.
constexpr std::string_view kMessageProperties =
    "$select=id,parentFolderId,internetMessageId,subject,sender,from,sentDateTime,"
    "receivedDateTime,isRead,isReadReceiptRequested,categories,flag,importance,"
    "internetMessageHeaders"
    "&$expand=singleValueExtendedProperties($filter=id%20eq%20'Integer%200x0E08')";

bool is_unreserved(unsigned char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_' ||
         letter == '~';
}

std::string message_id_filter(std::string_view message_id) {
  return "$filter=" + percent_encoded("internetMessageId eq " + odata_string(message_id));
}

std::string traits_filter(const MailTraits& traits) {
  const auto seconds = [](Timestamp time) { return format_rfc3339(time).substr(0, 19) + "Z"; };
  std::string filter = "receivedDateTime ge " + seconds(traits.received_from) +
                       " and receivedDateTime le " + seconds(traits.received_until);
  if (!traits.sender.empty())
    filter += " and from/emailAddress/address eq " + odata_string(traits.sender);
  if (!traits.subject.empty()) filter += " and subject eq " + odata_string(traits.subject);
  return "$filter=" + percent_encoded(filter);
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const bool would_climb = text == "." || text == "..";
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (is_unreserved(byte) && !would_climb) {
      encoded += letter;
    } else {
      encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return encoded;
}

std::string odata_string(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) quoted.append(letter == '\'' ? 2 : 1, letter);
  return quoted + "'";
}

std::string_view well_known_name(WellKnownFolder folder) {
  switch (folder) {
    case WellKnownFolder::inbox: return "inbox";
    case WellKnownFolder::junk_email: return "junkemail";
    case WellKnownFolder::deleted_items: return "deleteditems";
    case WellKnownFolder::recoverable_deletions: return "recoverableitemsdeletions";
    case WellKnownFolder::recoverable_purges: return "recoverableitemspurges";
  }
  return "inbox";
}

std::string GraphPath::users_with_address(std::string_view address) const {
  const std::string value = odata_string("smtp:" + std::string(address));
  return root_ +
         "/v1.0/users?$filter=" + percent_encoded("proxyAddresses/any(p:p eq " + value + ")") +
         "&" + std::string(kUserProperties) + "&$top=2";
}

std::string GraphPath::user(std::string_view id) const {
  return mailbox(id) + "?" + std::string(kUserProperties);
}

std::string GraphPath::users_delta() const {
  return root_ +
         "/v1.0/users/delta?$select=id,displayName,mail,userPrincipalName,proxyAddresses,userType,"
         "accountEnabled,onPremisesExtensionAttributes,assignedPlans,onPremisesSyncEnabled";
}

std::string GraphPath::groups_delta(bool with_members) const {
  return root_ +
         "/v1.0/groups/delta?$select=id,displayName,mail,mailEnabled,securityEnabled,groupTypes,"
         "proxyAddresses" +
         (with_members ? ",members" : "");
}

std::string GraphPath::contacts_delta() const {
  return root_ + "/v1.0/contacts/delta?$select=id,displayName,mail,proxyAddresses";
}

std::string GraphPath::messages(std::string_view user, std::string_view message_id) const {
  return mailbox(user) + "/messages?" + message_id_filter(message_id) + "&" +
         std::string(kMessageProperties) + "&$top=50";
}

std::string GraphPath::messages_in(std::string_view user, std::string_view folder,
                                   std::string_view message_id) const {
  return mailbox(user) + "/mailFolders/" + percent_encoded(folder) + "/messages?" +
         message_id_filter(message_id) + "&" + std::string(kMessageProperties) + "&$top=50";
}

std::string GraphPath::messages_like(std::string_view user, std::string_view folder,
                                     const MailTraits& traits) const {
  const std::string where =
      folder.empty() ? mailbox(user) : mailbox(user) + "/mailFolders/" + percent_encoded(folder);
  return where + "/messages?" + traits_filter(traits) + "&" + std::string(kMessageProperties) +
         "&$top=50";
}

std::string GraphPath::message(std::string_view user, std::string_view copy) const {
  return message_to_change(user, copy) + "?" + std::string(kMessageProperties);
}

std::string GraphPath::message_to_change(std::string_view user, std::string_view copy) const {
  return mailbox(user) + "/messages/" + percent_encoded(copy);
}

std::string GraphPath::move(std::string_view user, std::string_view copy) const {
  return message_to_change(user, copy) + "/move";
}

std::string GraphPath::permanent_delete(std::string_view user, std::string_view copy) const {
  return message_to_change(user, copy) + "/permanentDelete";
}

std::string GraphPath::new_message_in(std::string_view user, std::string_view folder) const {
  return mailbox(user) + "/mailFolders/" + percent_encoded(folder) + "/messages";
}

std::string GraphPath::some_user() const {
  return root_ + "/v1.0/users?$select=id&$top=1";
}

std::string GraphPath::folder(std::string_view user, std::string_view folder) const {
  return mailbox(user) + "/mailFolders/" + percent_encoded(folder) + "?$select=id,displayName";
}

bool GraphPath::is_below(std::string_view url) const {
  return url.starts_with(root_ + "/v1.0/");
}

std::string GraphPath::mailbox(std::string_view user) const {
  return root_ + "/v1.0/users/" + percent_encoded(user);
}

std::string token_url(std::string_view login_url, std::string_view tenant_id) {
  return std::string(login_url) + "/" + percent_encoded(tenant_id) + "/oauth2/v2.0/token";
}

}  // namespace secondlook
