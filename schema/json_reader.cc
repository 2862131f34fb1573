#include "schema/json_reader.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace secondlook {
namespace {

// Brackets outside of strings, before anything is built from them.
bool is_deeper_than(std::string_view json, std::size_t most) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > most) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace

struct JsonDocument::State {
  std::string what;
  nlohmann::json content;
  std::string complaint;
};

JsonDocument::JsonDocument(std::unique_ptr<State> state) : state_(std::move(state)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::parse(std::string_view json, std::string_view what) {
  const std::string place(what);
  if (is_deeper_than(json, kDeepest)) return malformed(place + ": nested too deeply");
  auto state = std::make_unique<State>();
  state->what = place;
  state->content = nlohmann::json::parse(json, nullptr, false);
  if (!state->content.is_object()) return malformed(place + ": no JSON object");
  return JsonDocument(std::move(state));
}

JsonReader JsonDocument::root() {
  return {&state_->content, "", &state_->complaint};
}

Result<void> JsonDocument::finish() const {
  if (state_->complaint.empty()) return {};
  return malformed(state_->what + ": " + state_->complaint);
}

void JsonReader::complain(std::string_view name, std::string_view what) {
  if (!complaint_->empty()) return;
  complaint_->append(place_).append(place_.empty() ? "" : ".").append(name);
  complaint_->append(" ").append(what);
}

const nlohmann::json* JsonReader::find(std::string_view name) const {
  if (value_ == nullptr) return nullptr;
  const auto member = value_->find(name);
  return member == value_->end() || member->is_null() ? nullptr : &*member;
}

const nlohmann::json* JsonReader::find_list(std::string_view name, std::size_t most_items) {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    complain(name, "is no list");
    return nullptr;
  }
  if (value->size() > most_items) {
    complain(name, "has more than " + std::to_string(most_items) + " items");
    return nullptr;
  }
  return value;
}

std::string JsonReader::checked_text(const nlohmann::json& value, std::string_view name,
                                     std::size_t most_bytes, TextKind kind) {
  const auto* text = value.get_ptr<const std::string*>();
  if (text == nullptr) {
    complain(name, "is no text");
  } else if (text->size() > most_bytes) {
    complain(name, "has more than " + std::to_string(most_bytes) + " bytes");
  } else if (kind == TextKind::name && has_control_character(*text)) {
    complain(name, "holds a control character");
  } else {
    return *text;
  }
  return {};
}

std::string JsonReader::text(std::string_view name, std::size_t most_bytes, TextKind kind) {
  const nlohmann::json* value = find(name);
  return value == nullptr ? std::string() : checked_text(*value, name, most_bytes, kind);
}

std::vector<std::string> JsonReader::texts(std::string_view name, std::size_t most_items,
                                           std::size_t most_bytes, TextKind kind) {
  std::vector<std::string> result;
  if (const nlohmann::json* list = find_list(name, most_items))
    for (const auto& value : *list) result.push_back(checked_text(value, name, most_bytes, kind));
  return result;
}

double JsonReader::number(std::string_view name) {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return 0;
  if (value->is_number()) return value->get<double>();
  complain(name, "is no number");
  return 0;
}

std::uint64_t JsonReader::whole(std::string_view name, std::uint64_t most) {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return 0;
  if (value->is_number_unsigned() && value->get<std::uint64_t>() <= most)
    return value->get<std::uint64_t>();
  complain(name, "is no whole number from 0 to " + std::to_string(most));
  return 0;
}

std::vector<std::uint64_t> JsonReader::wholes(std::string_view name, std::size_t most_items) {
  std::vector<std::uint64_t> result;
  const nlohmann::json* list = find_list(name, most_items);
  if (list == nullptr) return result;
  for (const auto& value : *list) {
    if (value.is_number_unsigned())
      result.push_back(value.get<std::uint64_t>());
    else
      complain(name, "holds something that is no whole number");
  }
  return result;
}

std::optional<std::int64_t> JsonReader::signed_whole(std::string_view name, std::int64_t least,
                                                     std::int64_t most) {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number_integer()) {
    const bool too_large = value->is_number_unsigned() && value->get<std::uint64_t>() >> 63 != 0;
    const auto number = value->get<std::int64_t>();
    if (!too_large && number >= least && number <= most) return number;
  }
  complain(name,
           "is no whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

bool JsonReader::flag(std::string_view name) {
  const nlohmann::json* value = find(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  complain(name, "is neither true nor false");
  return false;
}

JsonReader JsonReader::object(std::string_view name) {
  const nlohmann::json* value = find(name);
  if (value != nullptr && !value->is_object()) {
    complain(name, "is no object");
    value = nullptr;
  }
  return {value, place_ + (place_.empty() ? "" : ".") + std::string(name), complaint_};
}

std::vector<JsonReader> JsonReader::objects(std::string_view name, std::size_t most_items) {
  std::vector<JsonReader> result;
  const nlohmann::json* list = find_list(name, most_items);
  if (list == nullptr) return result;
  const std::string prefix = place_ + (place_.empty() ? "" : ".") + std::string(name) + "[";
  result.reserve(list->size());
  for (const auto& value : *list) {
    if (!value.is_object()) complain(name, "holds something that is no object");
    result.push_back(JsonReader(value.is_object() ? &value : nullptr,
                                prefix + std::to_string(result.size()) + "]", complaint_));
  }
  return result;
}

std::vector<std::string> JsonReader::names(std::size_t most_items) {
  std::vector<std::string> result;
  if (value_ == nullptr) return result;
  if (value_->size() > most_items) {
    complain("", "has more than " + std::to_string(most_items) + " members");
    return result;
  }
  for (const auto& [name, value] : value_->items()) result.push_back(name);
  return result;
}

}  // namespace secondlook
