#include "analyzer/rule_engine/received/received_line.h"

#include <algorithm>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/ip_networks.h"
#include "analyzer/rule_engine/received/received_clauses.h"
#include "analyzer/rule_engine/received/received_forms.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestLine = 4096;

// What a rule's pattern must not find inside a field.
std::string without_structure(std::string_view text) {
  std::string safe(text);
  for (char& c : safe) {
    if (is_space(c) || std::string_view("\0#[]()<>|\v", 10).find(c) != std::string_view::npos)
      c = '!';
  }
  return safe;
}

std::string_view without_angles(std::string_view text) {
  while (!text.empty() && (text.front() == '<' || text.front() == ' ')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '>' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

// "IPv6:fe80::1%eth0" -> "fe80::1", "::ffff:192.0.2.1" -> "192.0.2.1".
std::string plain_ip(std::string_view text) {
  if (starts_ignoring_case(text, "ipv6:")) text.remove_prefix(5);
  if (text.starts_with('[')) text.remove_prefix(1);
  if (text.ends_with(']')) text.remove_suffix(1);
  text = text.substr(0, text.find('%'));
  const auto address = parse_ip_address(text);
  const std::size_t colon = text.rfind(':');
  if (address && is_ipv4(*address) && colon != text.npos && text.find('.') != text.npos)
    text = text.substr(colon + 1);
  return std::string(text);
}

std::string rdns_of(std::string_view name) {
  while (name.ends_with('.')) name.remove_suffix(1);
  if (equals_ignoring_case(name, "unknown") || name.starts_with('[')) return "";
  return without_structure(name);
}

Relay relay_of(const ReceivedFacts& facts) {
  Relay relay;
  relay.ip = without_structure(plain_ip(facts.ip));
  relay.rdns = rdns_of(facts.rdns);
  relay.helo = without_structure(facts.helo);
  relay.by = without_structure(facts.by);
  relay.ident = without_structure(facts.ident);
  relay.id = facts.id;
  std::replace_if(
      relay.id.begin(), relay.id.end(), [](char c) { return c == '[' || c == ']'; }, '!');
  relay.auth = facts.auth;
  if (facts.envelope_from)
    relay.envelope_from = without_structure(without_angles(*facts.envelope_from));
  relay.no_reverse_dns = relay.rdns.empty() && facts.looked_up;
  const auto address = parse_ip_address(relay.ip);
  relay.ip_private = address && is_private_address(*address);
  return relay;
}

}  // namespace

std::string Relay::text() const {
  return "[ ip=" + ip + " rdns=" + rdns + " helo=" + helo + " by=" + by + " ident=" + ident +
         " envfrom=" + envelope_from.value_or("") + " intl=" + (internal ? "1" : "0") +
         " id=" + id + " auth=" + auth + " msa=" + (msa ? "1" : "0") + " ]";
}

std::optional<ReceivedLine> parse_received(std::string_view value) {
  const std::string line = normalise_received(value.substr(0, kLongestLine));
  const ReceivedFacts facts = read_received_forms(line);
  ReceivedLine result;
  switch (facts.answer) {
    case ReceivedFacts::Answer::unreadable: return std::nullopt;
    case ReceivedFacts::Answer::handover:
      if (facts.is_scanner && facts.envelope_from)
        result.scanner_sender = without_structure(without_angles(*facts.envelope_from));
      return result;
    case ReceivedFacts::Answer::mail_fetcher:
      result.kind = ReceivedLine::Kind::mail_fetcher;
      return result;
    case ReceivedFacts::Answer::relay: break;
  }
  result.kind = ReceivedLine::Kind::relay;
  result.relay = relay_of(facts);
  return result;
}

}  // namespace secondlook
