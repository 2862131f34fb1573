#include "analyzer/trusted_headers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "analyzer/message/ascii.h"
#include "schema/cidr_networks.h"

namespace secondlook {
namespace {

constexpr std::array<std::string_view, 6> kMicrosoftHosts = {".outlook.com",      ".office365.com",
                                                             ".outlook.cn",       ".office365.us",
                                                             ".exchangelabs.com", ".office365.cn"};

std::optional<int> parse_level(std::string_view text) {
  text = trim(text);
  int level = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return level;
}

void keep_worse(std::optional<int>& level, std::optional<int> other) {
  if (other && (!level || *other > *level)) level = other;
}

// RFC 8601 2.2 allows comments anywhere; Exchange puts addresses and reasons there.
std::string without_comments(std::string_view value) {
  std::string plain;
  int depth = 0;
  for (const char c : value) {
    if (c == '(') ++depth;
    if (depth == 0) plain += c;
    if (c == ')' && depth > 0) --depth;
  }
  return plain;
}

struct Property {
  std::string_view name, value;
};

// The next "name=value" of `text`, taken off its front; words without "=" are passed over.
std::optional<Property> take_property(std::string_view& text) {
  while (!text.empty()) {
    text = trim(text);
    const auto end = std::min(text.find_first_of(" \t\r\n"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    const auto equals = word.find('=');
    if (equals != std::string_view::npos)
      return Property{word.substr(0, equals), word.substr(equals + 1)};
  }
  return std::nullopt;
}

void read_result(std::string_view section, AuthenticationFacts& facts) {
  const auto method = take_property(section);
  if (!method) return;
  const std::string result = to_ascii_lower(method->value);
  if (equals_ignoring_case(method->name, "spf")) facts.spf = result;
  if (equals_ignoring_case(method->name, "dmarc")) facts.dmarc = result;
  if (equals_ignoring_case(method->name, "compauth")) facts.compauth = result;
  if (!equals_ignoring_case(method->name, "dkim") || facts.dkim.size() >= 20) return;
  DkimResult dkim{result, "", ""};
  while (const auto property = take_property(section)) {
    if (equals_ignoring_case(property->name, "header.d"))
      dkim.domain = to_ascii_lower(property->value);
    if (equals_ignoring_case(property->name, "header.s")) dkim.selector = property->value;
  }
  facts.dkim.push_back(std::move(dkim));
}

bool is_microsoft_host(std::string_view host) {
  return std::ranges::any_of(kMicrosoftHosts, [&](std::string_view suffix) {
    return host.size() > suffix.size() &&
           equals_ignoring_case(host.substr(host.size() - suffix.size()), suffix);
  });
}

// "from HOST (...) by ...": true when HOST stands outside Microsoft's own network.
bool came_from_outside(std::string_view received) {
  std::string_view value = trim(received);
  if (!equals_ignoring_case(value.substr(0, 5), "from ")) return false;
  value = trim(value.substr(5));
  return !is_microsoft_host(value.substr(0, value.find_first_of(" \t\r\n")));
}

// The topmost block: what stands above the first Received from outside.
std::string_view own_authentication_results(const ParsedMessage& message) {
  for (const HeaderField& field : message.headers) {
    if (equals_ignoring_case(field.name, "Authentication-Results")) return field.value;
    if (equals_ignoring_case(field.name, "Received") && came_from_outside(field.value)) break;
  }
  return {};
}

void read_antispam_report(std::string_view value, TrustedHeaders& trusted) {
  keep_worse(trusted.eop.scl, parse_level(find_in_antispam_report(value, "SCL")));
  const auto category = find_in_antispam_report(value, "CAT");
  if (trusted.eop.category.empty() || trusted.eop.category == "NONE")
    trusted.eop.category = category;
  if (trusted.eop.sfv.empty()) trusted.eop.sfv = find_in_antispam_report(value, "SFV");
  if (trusted.connecting_ip.empty()) trusted.connecting_ip = find_in_antispam_report(value, "CIP");
  if (trusted.helo.empty()) trusted.helo = find_in_antispam_report(value, "H");
}

void read_organization_field(std::string_view name, const std::string& value,
                             TrustedHeaders& trusted) {
  if (equals_ignoring_case(name, "SCL")) keep_worse(trusted.eop.scl, parse_level(value));
  if (equals_ignoring_case(name, "BCL")) keep_worse(trusted.eop.bcl, parse_level(value));
  if (equals_ignoring_case(name, "Network-Message-Id")) trusted.network_message_id = value;
  if (equals_ignoring_case(name, "OriginalClientIPAddress") ||
      equals_ignoring_case(name, "ConnectingIP"))
    trusted.connecting_ip = value;
  if (equals_ignoring_case(name, "MessageDirectionality"))
    trusted.sent_by_tenant = equals_ignoring_case(trim(value), "Originating");
}

// Exchange does not name the selector; the signature it verified does.
void find_selectors(const ParsedMessage& message, AuthenticationFacts& facts) {
  for (DkimResult& result : facts.dkim) {
    for (const HeaderField& field : message.headers) {
      if (!result.selector.empty()) break;
      if (!equals_ignoring_case(field.name, "DKIM-Signature")) continue;
      std::string domain, selector;
      std::string_view rest = field.value;
      while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        const std::string_view tag = trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (tag.starts_with("d=")) domain = to_ascii_lower(trim(tag.substr(2)));
        if (tag.starts_with("s=")) selector = trim(tag.substr(2));
      }
      if (domain == result.domain) result.selector = selector;
    }
  }
}

// "ip=[192.0.2.7];domain=fabrikam.example", as enhanced filtering writes it.
std::string_view address_in_brackets(std::string_view value) {
  const auto start = value.find('[');
  const auto end = value.find(']', start == value.npos ? 0 : start);
  if (start == value.npos || end == value.npos) return {};
  std::string_view address = value.substr(start + 1, end - start - 1);
  if (equals_ignoring_case(address.substr(0, 5), "IPv6:")) address.remove_prefix(5);
  return address;
}

// The address from which a hop says to have received: RFC 5321 4.4, in brackets, or as Exchange and
// Postfix write it in parentheses.
std::string sender_address_of(std::string_view received) {
  const auto by = to_ascii_lower(received).find(" by ");
  const std::string_view from = received.substr(0, by);
  if (const auto address = address_in_brackets(from); !address.empty()) return std::string(address);
  const auto open = from.rfind('(');
  const auto close = from.find(')', open == from.npos ? 0 : open);
  if (open == from.npos || close == from.npos) return {};
  return std::string(from.substr(open + 1, close - open - 1));
}

std::string sender_before_gateway(const ParsedMessage& message, const CidrNetworks& gateways) {
  bool gateway_seen = false;
  for (const HeaderField& field : message.headers) {
    if (!equals_ignoring_case(field.name, "Received")) continue;
    std::string address = sender_address_of(field.value);
    if (gateways.contain(address))
      gateway_seen = true;
    else if (gateway_seen && !address.empty())
      return address;
  }
  return {};
}

void look_past_gateway(const ParsedMessage& message, const CidrNetworks& gateways,
                       TrustedHeaders& trusted) {
  if (!gateways.contain(trusted.connecting_ip)) return;
  for (const char* header :
       {"X-MS-Exchange-SkipListedInternetSender", "X-MS-Exchange-ExternalOriginalInternetSender"}) {
    const auto address = address_in_brackets(message.header(header));
    if (address.empty() || gateways.contain(address)) continue;
    trusted.connecting_ip = address;
    return;
  }
  trusted.behind_gateway = true;
  trusted.connecting_ip = sender_before_gateway(message, gateways);
  AuthenticationFacts& facts = trusted.authentication;
  facts.spf.clear();
  if (facts.dmarc != "pass") facts.dmarc.clear();
  if (facts.compauth != "pass") facts.compauth.clear();
}

// RFC 4291 2.5.5.2: "::ffff:192.0.2.1" is 192.0.2.1, and is searched for as that.
void write_plainly(std::string& address) {
  constexpr std::string_view kMapped = "::ffff:";
  if (!equals_ignoring_case(std::string_view(address).substr(0, kMapped.size()), kMapped)) return;
  if (address.find('.') != std::string::npos) address.erase(0, kMapped.size());
}

}  // namespace

std::string_view find_in_antispam_report(std::string_view value, std::string_view name) {
  while (!value.empty()) {
    const auto end = std::min(value.find(';'), value.size());
    const std::string_view field = trim(value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
    const auto colon = field.find(':');
    if (colon == std::string_view::npos) continue;
    if (equals_ignoring_case(field.substr(0, colon), name)) return trim(field.substr(colon + 1));
  }
  return {};
}

AuthenticationFacts parse_authentication_results(std::string_view value) {
  AuthenticationFacts facts;
  const std::string plain = without_comments(value);
  std::string_view rest = plain;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    read_result(rest.substr(0, end), facts);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return facts;
}

TrustedHeaders read_trusted_headers(const ParsedMessage& message, const CidrNetworks* gateways) {
  constexpr std::string_view kOrganization = "X-MS-Exchange-Organization-";
  TrustedHeaders trusted;
  for (const HeaderField& field : message.headers) {
    if (equals_ignoring_case(field.name, "X-Forefront-Antispam-Report"))
      read_antispam_report(field.value, trusted);
    else if (equals_ignoring_case(field.name, "X-Microsoft-Antispam"))
      keep_worse(trusted.eop.bcl, parse_level(find_in_antispam_report(field.value, "BCL")));
    else if (equals_ignoring_case(field.name.substr(0, kOrganization.size()), kOrganization))
      read_organization_field(field.name.substr(kOrganization.size()), field.value, trusted);
  }
  if (equals_ignoring_case(message.header("X-MS-Exchange-Organization-AuthAs"), "Internal"))
    trusted.sent_by_tenant = true;
  const std::string_view results = own_authentication_results(message);
  trusted.authenticated = !results.empty();
  trusted.authentication = parse_authentication_results(results);
  find_selectors(message, trusted.authentication);
  if (gateways != nullptr) look_past_gateway(message, *gateways, trusted);
  write_plainly(trusted.connecting_ip);
  return trusted;
}

}  // namespace secondlook
