// A link's target as a browser would resolve it, after the WHATWG URL Standard (§4.4): tabs and
// line breaks inside dropped, backslashes as slashes, user info kept in the URL and never taken for
// the host, host percent-decoded, mapped by UTS #46 to A-labels, numeric IPv4 in all its disguises
// (http://0x7f.1, http://2130706433) as four decimal numbers, default ports dropped. Path and query
// are kept as written but for blanks, quotes and bytes that URLs escape; dot segments stay.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace secondlook {

struct Url {
  std::string text;    // at most 2,048 bytes
  std::string scheme;  // lower case
  std::string host;    // lower case, A-labels, no trailing dot; "[...]" for IPv6; may be empty
};

// Nothing for what leads nowhere outside the mail: fragments, cid:, empty targets, relative ones
// without a base. `www.example.com/x` without a scheme is http, as mail clients have it. Schemes
// without a host (mailto:, javascript:, data:) keep their text and have an empty host.
std::optional<Url> resolve_url(std::string_view written, std::string_view base = {});

// Decodes, maps and checks a host as above; nothing when a browser would refuse it.
std::optional<std::string> normalise_host(std::string_view written);

}  // namespace secondlook
