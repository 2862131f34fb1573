#include "analyzer/rule_engine/header_hosts.h"

#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/message/registrable_domain.h"
#include "analyzer/rule_engine/received/ip_networks.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestHost = 253;

bool is_host_byte(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_ip_byte(char c) {
  return hex_digit(c) >= 0 || c == '.' || c == ':';
}

// The next run of bytes that `takes` holds for, from `at` on; empty at the end.
template <typename Takes>
std::string_view run_from(std::string_view text, std::size_t at, Takes takes) {
  while (at < text.size() && !takes(text[at])) ++at;
  std::size_t end = at;
  while (end < text.size() && takes(text[end])) ++end;
  return text.substr(std::min(at, text.size()), end - std::min(at, text.size()));
}

bool is_known_host(std::string_view host, const StockSettings& settings) {
  const std::size_t dot = host.rfind('.');
  if (dot == host.npos || dot == 0 || host.size() > kLongestHost) return false;
  if (host.find("..") != host.npos || host.front() == '.' || host.front() == '-') return false;
  const std::string lower = to_ascii_lower(host);
  return settings.tld.empty() ? has_known_suffix(lower)
                              : settings.tld.contains(std::string_view(lower).substr(dot + 1));
}

std::string reversed_ip(std::string_view text) {
  const auto address = parse_ip_address(text);
  if (!address) return "";
  std::string reversed;
  if (is_ipv4(*address)) {
    for (std::size_t i = 16; i-- > 12;)
      reversed += std::to_string((*address)[i]) + (i == 12 ? "" : ".");
    return reversed;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 16; i-- > 0;) {
    const unsigned byte = (*address)[i];
    for (const unsigned nibble : {byte & 0xfU, byte >> 4U}) {
      if (!reversed.empty()) reversed += '.';
      reversed += kDigits[nibble];
    }
  }
  return reversed;
}

}  // namespace

std::string host_in(std::string_view value, bool is_address, const StockSettings& settings) {
  const std::size_t at = value.rfind('@');
  if (is_address)
    return at == value.npos
               ? ""
               : std::string(run_from(value, at + 1, [](char c) { return !is_space(c); }));
  if (at != value.npos) {
    const std::string_view host = run_from(value, at + 1, is_host_byte);
    if (is_known_host(host, settings)) return std::string(host);
  }
  for (std::size_t from = 0; from < value.size();) {
    const std::string_view host = run_from(value, from, is_host_byte);
    if (host.empty()) break;
    if (is_known_host(host, settings)) return std::string(host);
    from = static_cast<std::size_t>(host.data() - value.data()) + host.size();
  }
  return "";
}

std::string ip_in(std::string_view value, bool reversed) {
  for (std::size_t from = 0; from < value.size();) {
    const std::string_view run = run_from(value, from, is_ip_byte);
    if (run.empty()) break;
    if (run.size() >= 3 && parse_ip_address(run))
      return reversed ? reversed_ip(run) : std::string(run);
    from = static_cast<std::size_t>(run.data() - value.data()) + run.size();
  }
  return "";
}

}  // namespace secondlook
