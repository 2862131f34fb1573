#include "tests/support/stand_in_tenant/message_change.h"

#include <nlohmann/json.hpp>

#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

struct Changes {
  std::optional<bool> is_read;
  std::optional<std::vector<std::string>> categories;
  std::optional<std::string> flag, importance;
  bool suppresses_receipts = false;
};

bool read_extended_properties(const json& value, Changes& changes) {
  if (!value.is_array()) return false;
  for (const json& property : value) {
    if (!property.is_object() || !property.contains("id") || !property.contains("value")) {
      return false;
    }
    const std::string id = lower_case(property["id"].get<std::string>());
    if (id != "boolean 0x0c06" && id != "boolean 0x0029") return false;
    if (!property["value"].is_string()) return false;
    if (property["value"] == "false") changes.suppresses_receipts = true;
  }
  return true;
}

bool read_change(const std::string& name, const json& value, Changes& changes) {
  if (name == "isRead" && value.is_boolean()) {
    changes.is_read = value.get<bool>();
  } else if (name == "categories" && value.is_array()) {
    changes.categories = value.get<std::vector<std::string>>();
  } else if (name == "flag" && value.is_object() && value.contains("flagStatus")) {
    changes.flag = value["flagStatus"].get<std::string>();
  } else if (name == "importance" && value.is_string()) {
    changes.importance = value.get<std::string>();
  } else if (name == "singleValueExtendedProperties") {
    return read_extended_properties(value, changes);
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<void> change_message(Copy& copy, std::string_view body) {
  try {
    const json properties = json::parse(body);
    if (!properties.is_object() || properties.empty()) return malformed("An empty change.");
    Changes changes;
    for (const auto& [name, value] : properties.items()) {
      if (!read_change(name, value, changes)) return malformed("Cannot change " + name + ".");
    }
    if (changes.is_read) copy.is_read = *changes.is_read;
    if (changes.categories) copy.categories = *changes.categories;
    if (changes.flag) copy.flag = *changes.flag;
    if (changes.importance) copy.importance = *changes.importance;
    copy.receipts_suppressed = copy.receipts_suppressed || changes.suppresses_receipts;
    return {};
  } catch (const json::exception& failure) {
    return malformed(failure.what());
  }
}

}  // namespace secondlook::stand_in
