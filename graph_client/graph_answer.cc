#include "graph_client/graph_answer.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "graph_client/base64.h"

namespace secondlook {

namespace {

using nlohmann::json;

constexpr std::string_view kNetworkMessageId = "x-ms-exchange-organization-network-message-id";

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), lower);
  return text;
}

json parse(std::string_view body) {
  return json::parse(body, nullptr, false);
}

std::string text_at(const json& object, const char* name) {
  if (!object.is_object()) return "";
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool flag_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

// A whole number below 10^12 (a time in seconds), or a string that spells one.
std::optional<std::int64_t> seconds_at(const json& object, const char* name) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  std::int64_t seconds = -1;
  if (found->is_number_integer()) {
    seconds = found->is_number_unsigned() && found->get<std::uint64_t>() > kMost
                  ? kMost
                  : found->get<std::int64_t>();
  } else if (found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  }
  if (seconds < 0) return std::nullopt;
  return std::min(seconds, kMost);
}

// The array of that name, or an empty one.
const json& array_at(const json& object, const char* name) {
  static const json kNone = json::array();
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? *found : kNone;
}

const json& object_at(const json& object, const char* name) {
  static const json kNone = json::object();
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : kNone;
}

std::vector<std::string> texts_at(const json& object, const char* name) {
  std::vector<std::string> texts;
  for (const json& element : array_at(object, name)) {
    if (element.is_string()) texts.push_back(element.get<std::string>());
  }
  return texts;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Two fields that disagree are no proof of anything: then the copy has none.
std::string network_message_id(const json& message) {
  std::string id;
  for (const json& header : array_at(message, "internetMessageHeaders")) {
    if (lower_case(text_at(header, "name")) != kNetworkMessageId) continue;
    const std::string value = lower_case(trimmed(text_at(header, "value")));
    if (!id.empty() && id != value) return "";
    id = value;
  }
  return id;
}

// The first is the mailbox server's own: it stands above whatever the mail brought.
std::string delivery_note(const json& message) {
  for (const json& header : array_at(message, "internetMessageHeaders"))
    if (lower_case(text_at(header, "name")) == "x-microsoft-antispam-mailbox-delivery")
      return trimmed(text_at(header, "value"));
  return "";
}

// Graph answers with the property's id in its own spelling ("Integer 0xe08").
std::uint64_t message_size(const json& message) {
  for (const json& property : array_at(message, "singleValueExtendedProperties")) {
    const std::string id = lower_case(text_at(property, "id"));
    if (id != "integer 0xe08" && id != "integer 0x0e08") continue;
    const std::string value = text_at(property, "value");
    std::uint64_t size = 0;
    std::from_chars(value.data(), value.data() + value.size(), size);
    return size;
  }
  return 0;
}

std::string address_at(const json& message, const char* name) {
  return text_at(object_at(object_at(message, name), "emailAddress"), "address");
}

MailCopy to_copy(const json& message) {
  MailCopy copy;
  copy.id = text_at(message, "id");
  copy.parent_folder_id = text_at(message, "parentFolderId");
  copy.internet_message_id = text_at(message, "internetMessageId");
  copy.subject = text_at(message, "subject");
  copy.sender = address_at(message, "sender");
  if (copy.sender.empty()) copy.sender = address_at(message, "from");
  copy.network_message_id = network_message_id(message);
  copy.sent_at = text_at(message, "sentDateTime");
  copy.received_at = text_at(message, "receivedDateTime");
  copy.size = message_size(message);
  copy.is_read = flag_at(message, "isRead");
  copy.is_read_receipt_requested = flag_at(message, "isReadReceiptRequested");
  copy.categories = texts_at(message, "categories");
  copy.flag = text_at(object_at(message, "flag"), "flagStatus");
  copy.importance = text_at(message, "importance");
  copy.delivery = delivery_note(message);
  return copy;
}

GraphUser to_user(const json& object) {
  GraphUser user;
  user.id = text_at(object, "id");
  user.mail = text_at(object, "mail");
  user.user_principal_name = text_at(object, "userPrincipalName");
  for (const std::string& proxy : texts_at(object, "proxyAddresses")) {
    const std::string address = lower_case(proxy);
    if (address.starts_with("smtp:")) user.addresses.push_back(address.substr(5));
  }
  return user;
}

// A collection's elements; nothing where there is no "value".
std::optional<json> parse_collection(std::string_view body) {
  json collection = parse(body);
  const bool is_one =
      collection.is_object() && collection.contains("value") && collection["value"].is_array();
  if (!is_one) return std::nullopt;
  return collection;
}

std::string to_text(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::optional<MessagePage> read_message_page(std::string_view body) {
  const auto collection = parse_collection(body);
  if (!collection) return std::nullopt;
  MessagePage page;
  page.next_link = text_at(*collection, "@odata.nextLink");
  for (const json& message : (*collection)["value"]) {
    if (!text_at(message, "id").empty()) page.copies.push_back(to_copy(message));
  }
  return page;
}

std::optional<MailCopy> read_message(std::string_view body) {
  const json message = parse(body);
  if (text_at(message, "id").empty()) return std::nullopt;
  return to_copy(message);
}

std::optional<std::vector<GraphUser>> read_users(std::string_view body) {
  const auto collection = parse_collection(body);
  if (!collection) return std::nullopt;
  std::vector<GraphUser> users;
  for (const json& user : (*collection)["value"]) {
    if (!text_at(user, "id").empty()) users.push_back(to_user(user));
  }
  return users;
}

std::optional<GraphUser> read_user(std::string_view body) {
  const json user = parse(body);
  if (text_at(user, "id").empty()) return std::nullopt;
  return to_user(user);
}

std::optional<FolderFacts> read_folder(std::string_view body) {
  const json folder = parse(body);
  if (text_at(folder, "id").empty()) return std::nullopt;
  return FolderFacts{text_at(folder, "id"), text_at(folder, "displayName")};
}

std::optional<TokenAnswer> read_token(std::string_view body, Timestamp now) {
  const json answer = parse(body);
  TokenAnswer token;
  token.access_token = Secret(text_at(answer, "access_token"));
  if (token.access_token.empty()) return std::nullopt;
  const auto bounded = [](std::int64_t seconds) {
    constexpr std::int64_t kDay = 86'400;
    return std::chrono::seconds{std::clamp<std::int64_t>(seconds, 0, kDay)};
  };
  if (const auto expires_in = seconds_at(answer, "expires_in"))
    token.expires_in = bounded(*expires_in);
  else if (const auto expires_on = seconds_at(answer, "expires_on"))
    token.expires_in = bounded(
        *expires_on - std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  if (const auto refresh_in = seconds_at(answer, "refresh_in"))
    token.refresh_in = bounded(*refresh_in);
  return token;
}

std::string read_login_error(std::string_view body) {
  const json answer = parse(body);
  std::string text = text_at(answer, "error");
  if (text.empty()) return "";
  const std::string description = text_at(answer, "error_description").substr(0, 2000);
  return description.empty() ? text : text + " " + description;
}

std::optional<bool> read_is_draft(std::string_view body) {
  const json message = json::parse(body, nullptr, false);
  if (!message.is_object()) return std::nullopt;
  const auto found = message.find("isDraft");
  return found != message.end() && found->is_boolean() ? std::optional(found->get<bool>())
                                                       : std::nullopt;
}

std::optional<std::vector<std::string>> read_token_roles(const Secret& token) {
  const std::string& text = token.reveal();
  const std::size_t first = text.find('.');
  const std::size_t second = first == text.npos ? text.npos : text.find('.', first + 1);
  if (second == text.npos) return std::nullopt;
  const auto payload =
      decode_base64_of_either_kind(std::string_view(text).substr(first + 1, second - first - 1));
  if (!payload) return std::nullopt;
  const json claims = json::parse(*payload, nullptr, false);
  if (!claims.is_object()) return std::nullopt;
  return texts_at(claims, "roles");
}

std::string write_mail(const NewMail& mail) {
  // PR_MESSAGE_FLAGS without MSGFLAG_UNSENT: else what is created is a draft.
  json body{{"subject", mail.subject},
            {"body", {{"contentType", "text"}, {"content", mail.text}}},
            {"toRecipients", {{{"emailAddress", {{"address", mail.to}}}}}},
            {"internetMessageId", mail.message_id},
            {"isRead", false},
            {"categories", mail.categories},
            {"flag", {{"flagStatus", mail.flag}}},
            {"importance", mail.importance},
            {"singleValueExtendedProperties", {{{"id", "Integer 0x0E07"}, {"value", "1"}}}}};
  return to_text(body);
}

std::string write_destination(std::string_view folder) {
  return to_text({{"destinationId", folder}});
}

std::string write_properties(const MailboxClient::Properties& properties) {
  json body{{"isRead", properties.is_read}, {"categories", properties.categories}};
  if (!properties.flag.empty()) body["flag"] = {{"flagStatus", properties.flag}};
  if (!properties.importance.empty()) body["importance"] = properties.importance;
  return to_text(body);
}

std::string write_receipt_suppression() {
  // PR_NON_RECEIPT_NOTIFICATION_REQUESTED and PR_READ_RECEIPT_REQUESTED.
  const auto off = [](const char* id) { return json{{"id", id}, {"value", "false"}}; };
  return to_text(
      {{"singleValueExtendedProperties", {off("Boolean 0x0C06"), off("Boolean 0x0029")}}});
}

}  // namespace secondlook
