// The words and the peers that the forms of a Received field are read from.
#pragma once

#include <string_view>

namespace secondlook::received {

bool has(std::string_view text, std::string_view part);
bool is_address(std::string_view text);    // IPv4 or IPv6
bool is_localhost(std::string_view text);  // by name or address

// The word behind the first `mark`, up to a blank or one of `ends`; "" when there is none.
std::string_view word_behind(std::string_view line, std::string_view mark,
                             std::string_view ends = "");
// As far as bytes can stand in a greeting.
std::string_view helo_behind(std::string_view line, std::string_view mark);

// "HOST [IP] rest" or "HOST[IP]": what a comment says of the peer.
struct Peer {
  std::string_view host;    // "" when only an address stands there
  std::string_view ip;      // "" when there is none
  std::string_view behind;  // what follows the address
  bool bracketed = false;   // the address stood in [ ]
  bool spaced = false;      // with a blank between host and address
};

Peer peer_in(std::string_view comment);

}  // namespace secondlook::received
