#include "journal_ingest/dsn_parameters.h"

#include <algorithm>
#include <cstddef>

#include "journal_ingest/smtp_command.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestEnvelopeId = 100;  // RFC 3461 4.4
constexpr std::size_t kLongestRecipient = 500;   // RFC 3461 4.2

bool is_upper_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

// RFC 3461 4: visible ASCII but '+' and '=', which stand as +HH.
bool is_xtext(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      if (i + 2 >= text.size() || !is_upper_hex(text[i + 1]) || !is_upper_hex(text[i + 2]))
        return false;
      i += 2;
    } else if (text[i] < '!' || text[i] > '~' || text[i] == '=') {
      return false;
    }
  }
  return true;
}

bool is_notify(std::string_view value) {
  if (equals_ignoring_case(value, "NEVER")) return true;
  for (;;) {
    const auto comma = value.find(',');
    const std::string_view word = value.substr(0, comma);
    if (!equals_ignoring_case(word, "SUCCESS") && !equals_ignoring_case(word, "FAILURE") &&
        !equals_ignoring_case(word, "DELAY"))
      return false;
    if (comma == std::string_view::npos) return true;
    value.remove_prefix(comma + 1);
  }
}

// The address may be UTF-8 where SMTPUTF8 is used (RFC 6533): only the type's shape is looked at.
bool is_original_recipient(std::string_view value) {
  const auto semicolon = value.find(';');
  return value.size() <= kLongestRecipient && semicolon != std::string_view::npos &&
         semicolon > 0 && is_xtext(value.substr(0, semicolon));
}

}  // namespace

bool is_dsn_parameter(std::string_view name) {
  return name == "RET" || name == "ENVID" || name == "NOTIFY" || name == "ORCPT";
}

bool is_sound_dsn_value(std::string_view name, std::string_view value) {
  if (name == "RET")
    return equals_ignoring_case(value, "FULL") || equals_ignoring_case(value, "HDRS");
  if (name == "ENVID")
    return !value.empty() && value.size() <= kLongestEnvelopeId && is_xtext(value);
  if (name == "NOTIFY") return is_notify(value);
  return name == "ORCPT" && is_original_recipient(value);
}

}  // namespace secondlook
