#include "analyzer/rule_engine/stock_evals/body_addresses.h"

#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/message/registrable_domain.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestUser = 64;
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kFurthestLink = 300;  // from its beginning to the @

bool is_user_byte(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("!#$%&'*+/=?^_`{|}~-.").find(c) != std::string_view::npos;
}

bool is_host_byte(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.';
}

bool is_host(std::string_view host, const StockSettings& settings) {
  const std::size_t dot = host.rfind('.');
  if (dot == host.npos || dot == 0 || host.find("..") != host.npos) return false;
  if (settings.tld.empty()) return has_known_suffix(to_ascii_lower(host));
  return settings.tld.contains(to_ascii_lower(host.substr(dot + 1)));
}

bool stands_in_link(std::string_view text, std::size_t user) {
  const std::size_t from = user - std::min(user, kFurthestLink);
  const std::string_view before = text.substr(from, user - from);
  const std::size_t blank = before.find_last_of(" \t\n");
  const std::string word = to_ascii_lower(blank == before.npos ? before : before.substr(blank + 1));
  return word.find("http://") != std::string::npos || word.find("https://") != std::string::npos;
}

// "a@b.example>" or "a@b.example wrote:", but not "… fax:".
bool is_quoted_writer(std::string_view behind) {
  if (behind.starts_with('>')) return true;
  const std::size_t blanks = std::min(behind.find_first_not_of(" \t\n"), behind.size());
  if (blanks == 0 || blanks > 10) return false;
  std::string_view rest = behind.substr(blanks);
  std::size_t letters = 0;
  while (letters < rest.size() && is_letter(rest[letters])) ++letters;
  if (letters < 2 || letters > 11 || letters >= rest.size() || rest[letters] != ':') return false;
  const std::string word = to_ascii_lower(rest.substr(0, letters));
  for (const std::string_view start : {"fax", "facsi", "tel", "phone", "mail", "email"}) {
    if (word.starts_with(start)) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> find_body_addresses(std::string_view text, std::size_t most,
                                             const StockSettings& settings) {
  std::vector<std::string> found;
  for (std::size_t at = text.find('@'); at != text.npos && found.size() < most;
       at = text.find('@', at + 1)) {
    std::size_t user = at;
    while (user > 0 && at - user < kLongestUser && is_user_byte(text[user - 1])) --user;
    while (user < at && text[user] == '.') ++user;
    std::size_t end = at + 1;
    while (end < text.size() && end - at <= kLongestHost && is_host_byte(text[end])) ++end;
    while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
    const std::string_view host = text.substr(at + 1, end - at - 1);
    if (user == at || text[at - 1] == '.' || !is_host(host, settings)) continue;
    const bool mailto = user >= 7 && equals_ignoring_case(text.substr(user - 7, 7), "mailto:");
    if (stands_in_link(text, user) || (!mailto && is_quoted_writer(text.substr(end)))) continue;
    std::string address = to_ascii_lower(text.substr(user, end - user));
    if (std::find(found.begin(), found.end(), address) == found.end())
      found.push_back(std::move(address));
  }
  return found;
}

}  // namespace secondlook
