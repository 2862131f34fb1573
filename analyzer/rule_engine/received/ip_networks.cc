#include "analyzer/rule_engine/received/ip_networks.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestAddress = 45;
constexpr int kMappedBits = 96;
constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

constexpr std::array<std::string_view, 8> kPrivate = {
    "10.0.0.0/8",     "127.0.0.0/8",   "169.254.0.0/16", "172.16.0.0/12",
    "192.168.0.0/16", "100.64.0.0/10", "::1/128",        "fe80::/10"};

std::string_view without_brackets(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  return text;
}

bool shares_prefix(const IpAddress& left, const IpAddress& right, int bits) {
  const auto bytes = static_cast<std::size_t>(bits / 8);
  if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(bytes), right.begin()))
    return false;
  if (bits % 8 == 0) return true;
  const int shift = 8 - bits % 8;
  return left[bytes] >> shift == right[bytes] >> shift;
}

// "10" or "192.168." made whole, with the length that its missing numbers imply.
std::string complete_ipv4(std::string_view text, int& implied) {
  std::string whole(text);
  if (whole.ends_with('.')) whole.pop_back();
  auto dots = std::count(whole.begin(), whole.end(), '.');
  implied = static_cast<int>(dots + 1) * 8;
  for (; dots < 3; ++dots) whole += ".0";
  return whole;
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  text = without_brackets(text);
  if (starts_ignoring_case(text, "ipv6:")) text.remove_prefix(5);
  text = text.substr(0, text.find('%'));
  if (text.empty() || text.size() > kLongestAddress) return std::nullopt;
  const std::string terminated(text);
  IpAddress address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  std::copy(kMapped.begin(), kMapped.end(), address.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + kMapped.size()) == 1) return address;
  return std::nullopt;
}

bool is_ipv4(const IpAddress& address) {
  return std::equal(kMapped.begin(), kMapped.end(), address.begin());
}

bool is_private_address(const IpAddress& address) {
  static const IpNetworks networks = [] {
    IpNetworks all;
    for (const std::string_view network : kPrivate) all.add(network);
    return all;
  }();
  return networks.contains(address);
}

bool IpNetworks::add(std::string_view text) {
  Network network;
  text = trim(text);
  if (text.starts_with('!')) {
    network.excluded = true;
    text = trim(text.substr(1));
  }
  const std::size_t slash = text.find('/');
  const std::string_view bits = slash == text.npos ? "" : text.substr(slash + 1);
  std::string base(without_brackets(text.substr(0, slash)));
  const bool dotted = base.find(':') == std::string::npos;
  int prefix = 128;
  if (dotted) base = complete_ipv4(base, prefix);
  const auto address = parse_ip_address(base);
  if (!address) return false;
  if (slash != text.npos) {
    const auto [end, failure] = std::from_chars(bits.data(), bits.data() + bits.size(), prefix);
    if (failure != std::errc() || end != bits.data() + bits.size()) return false;
    if (prefix < 0 || prefix > (dotted ? 32 : 128)) return false;
  }
  network.address = *address;
  network.prefix = dotted ? kMappedBits + prefix : prefix;
  networks_.push_back(network);
  return true;
}

bool IpNetworks::contains(const IpAddress& address) const {
  const auto found = std::find_if(networks_.begin(), networks_.end(), [&](const Network& network) {
    return shares_prefix(network.address, address, network.prefix);
  });
  return found != networks_.end() && !found->excluded;
}

}  // namespace secondlook
