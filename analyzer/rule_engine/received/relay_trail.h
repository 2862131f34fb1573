// The way of a mail through relays, newest first, and how far it is trusted
// (Mail::SpamAssassin::Conf, "trusted_networks"). Where no networks are configured, relays with a
// private address, relays whose peer authenticated and Exchange Online's own hops are trusted, up
// to the first that is none of these.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/message/parsed_message.h"
#include "analyzer/rule_engine/received/ip_networks.h"
#include "analyzer/rule_engine/received/received_line.h"

namespace secondlook {

struct TrustSettings {
  IpNetworks trusted, internal, msa;
  bool trusted_configured = false, internal_configured = false;
  std::vector<std::string> originating_ip_headers;  // lower case
};

struct RelayTrail {
  std::vector<Relay> trusted, untrusted;  // in the order of the fields
  std::vector<Relay> internal, external;  // the same relays, divided by internal_networks
  std::size_t unreadable = 0;             // lines
  // Received fields, from the top, that the trusted (internal) side wrote or passed on.
  std::size_t trusted_lines = 0, internal_lines = 0;

  bool is_empty() const { return trusted.empty() && untrusted.empty(); }
};

inline constexpr std::size_t kMostReceivedLines = 1000;

RelayTrail trace_relays(const std::vector<HeaderField>& headers, const TrustSettings& settings);

// Their texts, a blank between: what rules on X-Spam-Relays-… see.
std::string text_of(const std::vector<Relay>& relays);

}  // namespace secondlook
