// Signing in to a smart host (RFC 4954), as values: which mechanism, and the lines of it. No
// socket.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace secondlook {

enum class SmtpSignIn {
  plain,  // RFC 4616, preferred
  login   // never a standard, and all that Exchange's own servers offer to a password
};

// Of the lines of an EHLO's reply, without their codes. Nothing: neither is offered.
std::optional<SmtpSignIn> choose_sign_in(std::string_view offered);

// What is sent, each with its CR LF; each but the last is answered by 334, the last by 235.
std::vector<Secret> sign_in_lines(SmtpSignIn mechanism, const std::string& user,
                                  const Secret& password);

}  // namespace secondlook
