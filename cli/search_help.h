// The grammar of EXPR, printed by every command that takes one.
#pragma once

#include <string_view>

namespace secondlook {

inline constexpr std::string_view kExpressionHelp =
    "EXPR: field:value terms and words, joined by AND. A - before a term negates it (inside a\n"
    "quoted argument, or after --); quotes group. A bare number is an id, bare words are looked\n"
    "for in subject, sender and file names.\n"
    "  from: to: mailbox: reply-to: envelope-from:   an address or a domain\n"
    "  subject: filename:                            words, case and width folded\n"
    "  disposition: attribute: rule: direction: tenant: action: state:   a name\n"
    "  url: sha256: message-id: id:                  a value\n"
    "  ip:                                           an address, or a network: 192.0.2.0/24\n"
    "  command:                                      what a retract or restore acted on, by its\n"
    "                                                number in `secondlook audit`\n"
    "  domain:                                       a link's host or any parent of it\n"
    "  after: before:                                2026-11-22, RFC 3339, or an age: 2h, 7d\n";

}  // namespace secondlook
