// What the tenant's own inbound hop (Exchange Online Protection, or Exchange) wrote about a
// message: results of authentication, spam verdict, direction. Read only where the sender cannot
// have written it:
// - X-MS-Exchange-Organization-*: the header firewall removes a stranger's at the border;
// - Authentication-Results: only above the first Received that took the message from outside
//   (Exchange renames a stranger's to Authentication-Results-Original);
// - X-Forefront-Antispam-Report, X-Microsoft-Antispam: where several stand, the worst counts, so
//   that a forged one harms its forger alone.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/message/parsed_message.h"
#include "schema/verdict.h"

namespace secondlook {

class CidrNetworks;

struct TrustedHeaders {
  AuthenticationFacts authentication;  // empty texts: the hop said nothing
  EopFacts eop;
  bool authenticated = false;   // an Authentication-Results of the own hop stands there
  bool sent_by_tenant = false;  // submitted by somebody of the organisation
  bool behind_gateway = false;  // it came by a filter in front, and Exchange did not look past that
  std::string network_message_id;
  std::string connecting_ip;  // an IPv4 address mapped into IPv6 as the former
  std::string helo;
};

// gateways: the networks of a filter that the tenant's mail passes first ([[tenant]] gateways).
// What the own hop says of a mail that a gateway handed over is about the gateway's address: SPF,
// and DMARC and composite authentication but for `pass`, are left out, and connecting_ip is the
// address that the gateway's Received names. Where Exchange looked past it (enhanced filtering,
// "skip listing") its results stand, with the address that it tells.
TrustedHeaders read_trusted_headers(const ParsedMessage& message,
                                    const CidrNetworks* gateways = nullptr);

// RFC 8601 as Exchange writes it (no authserv-id, comments, "company.com;" between results).
AuthenticationFacts parse_authentication_results(std::string_view value);

// "CIP:1.2.3.4;SCL:5;SFV:SPM;CAT:PHSH;H:mail.example;": the value of NAME, or "". IPv6 addresses
// hold colons: a name ends at the first.
std::string_view find_in_antispam_report(std::string_view value, std::string_view name);

}  // namespace secondlook
