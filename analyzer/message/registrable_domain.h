// The domain that somebody can register (eTLD+1), by the public suffix list built into libpsl.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

// host: lower case, IDNA A-labels. "www.shop.example.co.uk" gives "example.co.uk"; an IP address, a
// public suffix itself and a name longer than DNS allows (253 bytes) give the host unchanged.
std::string registrable_domain(std::string_view host);

// Whether the last label(s) are on the list, so that the text is likely meant as a host name.
bool has_known_suffix(std::string_view host);

}  // namespace secondlook
