// One SMTP command line as values (RFC 5321 4.1.1): verb, path, parameters. Understands the grammar
// as far as a receiver of journal reports needs it; what the values mean is the session's affair.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace secondlook {

struct SmtpCommand {
  std::string verb;           // upper case
  std::string_view argument;  // what follows, without spaces around it
};

// `line` without its CRLF; the argument is a view into it.
SmtpCommand parse_smtp_command(std::string_view line);

struct SmtpPath {
  std::string address;  // without angle brackets and source route; empty: <>
  std::vector<std::pair<std::string, std::string>> parameters;  // names in upper case
};

// "FROM:<a@b.example> SIZE=7 BODY=8BITMIME": `keyword` is "FROM" or "TO". Quoted local parts and
// UTF-8 pass as they are; control characters, an address over 320 bytes (RFC 5321 4.5.3.1: 64 + 1 +
// 255), more than 32 parameters and anything else that is no path are malformed.
Result<SmtpPath> parse_smtp_path(std::string_view argument, std::string_view keyword);

// A decimal number of at most 18 digits.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

bool equals_ignoring_case(std::string_view text, std::string_view upper);

}  // namespace secondlook
