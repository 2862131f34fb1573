#include "schema/network_list.h"

#include <algorithm>

#include "schema/configuration.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostNetworks = 1000;
constexpr std::size_t kLongestNetwork = 64;  // an IPv6 address with its length has 43 at most
constexpr std::chrono::days kOld{180};
constexpr std::string_view kWritten = "written ";

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto begin = std::min(text.find_first_not_of(kBlank), text.size());
  return text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

// False: the line is none of the list's.
bool take_line(std::string_view line, NetworkList& list) {
  if (line.empty() || line.starts_with('#')) return true;
  if (!line.starts_with(kWritten)) {
    list.networks.emplace_back(line);
    return line.size() <= kLongestNetwork && line.find_first_of(" \t") == std::string_view::npos &&
           list.networks.size() <= kMostNetworks;
  }
  const auto day = parse_rfc3339(line.substr(kWritten.size()));
  if (!day || list.written != Timestamp{}) return false;
  list.written = *day;
  return true;
}

}  // namespace

std::string exchange_online_networks_path() {
  return shared_file_path("exchange_online_networks.txt");
}

bool NetworkList::is_old(Timestamp now) const {
  return now - written > kOld;
}

Result<NetworkList> parse_network_list(std::string_view text) {
  NetworkList list;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    if (!take_line(trim(text.substr(0, end)), list))
      return malformed("line " + std::to_string(number) + ": no network and no day");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (list.written == Timestamp{}) return malformed("no line \"written YYYY-MM-DD\"");
  if (list.networks.empty()) return malformed("no network");  // "every peer" is never meant
  return list;
}

}  // namespace secondlook
