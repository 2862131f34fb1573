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

struct TrustedHeaders {
  AuthenticationFacts authentication;  // empty texts: the hop said nothing
  EopFacts eop;
  bool authenticated = false;   // an Authentication-Results of the own hop stands there
  bool sent_by_tenant = false;  // submitted by somebody of the organisation
  std::string network_message_id;
  std::string connecting_ip;
  std::string helo;
};

TrustedHeaders read_trusted_headers(const ParsedMessage& message);

// RFC 8601 as Exchange writes it (no authserv-id, comments, "company.com;" between results).
AuthenticationFacts parse_authentication_results(std::string_view value);

// "CIP:1.2.3.4;SCL:5;SFV:SPM;CAT:PHSH;H:mail.example;": the value of NAME, or "". IPv6 addresses
// hold colons: a name ends at the first.
std::string_view find_in_antispam_report(std::string_view value, std::string_view name);

}  // namespace secondlook
