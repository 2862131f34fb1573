#include "analyzer/rule_engine/stock_evals/machine_address.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::array<std::string_view, 14> kOffices = {
    "abuse",   "contact", "domainmaster", "help",  "helpdesk", "hostmaster", "info",
    "kontakt", "noc",     "postmaster",   "sales", "security", "support",    "webmaster"};
constexpr std::array<std::string_view, 3> kMasters = {"domainmaster", "hostmaster", "postmaster"};
constexpr std::array<std::string_view, 8> kBulkBeginnings = {
    "bounce-",   "bounced-", "bounces-", "double-bounce",
    "grbounce-", "owner-",   "return-",  "sentto-"};
constexpr std::array<std::string_view, 5> kBulkEndings = {"-admin", "-bounce", "-bounces", "-owner",
                                                          "-request"};
constexpr std::size_t kDigitsOfMachine = 16;

std::string_view local_part_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return address.substr(0, at == address.npos ? 0 : at);
}

template <std::size_t size>
bool is_among(std::string_view word, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_separator(char c) {
  return c == '.' || c == '-' || c == '_';
}

bool is_made_of_digits(std::string_view local) {
  if (local.starts_with("request-")) local.remove_prefix(8);
  const bool all = std::all_of(local.begin(), local.end(),
                               [](char c) { return hex_digit(c) >= 0 || c == '.' || c == '-'; });
  return all && std::count_if(local.begin(), local.end(), [](char c) {
                  return hex_digit(c) >= 0;
                }) >= static_cast<std::ptrdiff_t>(kDigitsOfMachine);
}

// Whether the last words are `wanted`, whatever separates its letters: "x-do.not_reply".
bool ends_with_words(std::string_view local, std::string_view wanted) {
  while (!wanted.empty()) {
    if (local.empty()) return false;
    if (local.back() == wanted.back()) {
      wanted.remove_suffix(1);
    } else if (!is_separator(local.back())) {
      return false;
    }
    local.remove_suffix(1);
  }
  return local.empty() || !(is_letter(local.back()) || is_digit(local.back()));
}

}  // namespace

bool is_office_or_machine(std::string_view address) {
  const std::string_view local = local_part_of(address);
  if (local.empty()) return false;
  return is_among(local, kOffices) || local.starts_with("undisclosed") || local == "bounce-" ||
         local == "bounced-" || is_made_of_digits(local) ||
         std::count(local.begin(), local.end(), '=') >= 2;
}

bool is_bulk_sender(std::string_view address) {
  const std::string_view local = local_part_of(address);
  if (local.empty()) return false;
  const auto begins = [&](std::string_view word) { return local.starts_with(word); };
  const auto ends = [&](std::string_view word) { return local.ends_with(word); };
  const std::size_t equals = local.find('=');
  return is_among(local, kMasters) ||
         std::any_of(kBulkBeginnings.begin(), kBulkBeginnings.end(), begins) ||
         std::any_of(kBulkEndings.begin(), kBulkEndings.end(), ends) ||
         ends_with_words(local, "noreply") || ends_with_words(local, "noreplies") ||
         ends_with_words(local, "donotreply") ||
         (equals != local.npos && equals > 0 && local.back() != '=');
}

}  // namespace secondlook
