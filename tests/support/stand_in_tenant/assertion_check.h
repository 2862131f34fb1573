// What Entra looks at in a client assertion (a JWT signed with the app's certificate): algorithm,
// thumbprint, signature, audience, issuer and subject, times. Written from Microsoft's page on
// certificate credentials and RFC 7515 to 7519, apart from the code that makes assertions.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook::stand_in {

struct AssertionDemands {
  std::string certificate;  // PEM, as uploaded to the app registration
  std::string audience;     // the token endpoint
  std::string client_id;
  Timestamp now;
};

// The assertion's jti; `malformed` with the code Entra has for it ("AADSTS700027: ...").
Result<std::string> check_client_assertion(std::string_view assertion,
                                           const AssertionDemands& demands);

}  // namespace secondlook::stand_in
