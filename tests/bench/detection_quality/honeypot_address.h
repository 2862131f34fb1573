// Puts another recipient where a corpus has its collector's address, in the forms in which senders
// write it into a mail: as it is, with "%40" (links) or "=40" (quoted-printable), with a soft line
// break in it, as base64 of its own (link fragments), and inside lines of base64. What is encoded
// stays valid. Not reached: UTF-16, encoded words, the name without its domain, pictures.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

// What follows a replaced address as another "@host" goes with it: collectors that replaced only
// the name left "collector@pot@hotmail.com".
std::string with_address_replaced(std::string_view text, std::string_view address,
                                  std::string_view replacement);

}  // namespace secondlook
