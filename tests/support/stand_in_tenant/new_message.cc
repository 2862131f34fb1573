#include <nlohmann/json.hpp>

#include "tests/support/mail_headers.h"
#include "tests/support/stand_in_tenant/message_change.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

constexpr unsigned kUnsent = 8;  // MSGFLAG_UNSENT of PR_MESSAGE_FLAGS

// Takes the property with these flags out, and says whether they make a draft of the message.
bool take_draft_mark(json& message) {
  bool is_draft = true;
  const auto extended = message.find("singleValueExtendedProperties");
  if (extended == message.end()) return is_draft;
  json others = json::array();
  for (const json& property : *extended) {
    if (lower_case(property.at("id").get<std::string>()) == "integer 0x0e07")
      is_draft = (std::stoul(property.at("value").get<std::string>()) & kUnsent) != 0;
    else
      others.push_back(property);
  }
  message.erase(extended);
  if (!others.empty()) message["singleValueExtendedProperties"] = std::move(others);
  return is_draft;
}

std::string take(json& message, const char* name) {
  const std::string text = message.value(name, "");
  message.erase(name);
  return text;
}

}  // namespace

Result<NewMessage> read_new_message(std::string_view body, std::string_view mailbox) {
  try {
    json message = json::parse(body);
    NewMessage made;
    made.properties.is_draft = take_draft_mark(message);
    made.mail = "Message-ID: " + take(message, "internetMessageId") +
                "\r\nSubject: " + take(message, "subject") + "\r\nFrom: " + std::string(mailbox);
    const json& recipients = message.at("toRecipients");
    for (const json& recipient : recipients)
      made.mail += "\r\nTo: " + recipient.at("emailAddress").at("address").get<std::string>();
    message.erase("toRecipients");
    made.mail += "\r\n\r\n" + message.at("body").at("content").get<std::string>();
    message.erase("body");
    if (!message.empty())
      if (auto rest = change_message(made.properties, message.dump()); !rest) return rest.error();
    return made;
  } catch (const std::exception& failure) {
    return malformed(failure.what());
  }
}

}  // namespace secondlook::stand_in
