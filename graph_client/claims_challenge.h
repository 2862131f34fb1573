// Continuous access evaluation: Graph may refuse a good token until it is renewed with certain
// claims (401, error="insufficient_claims"). It asks that only of clients that declared cp1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace secondlook {

// The claims that a WWW-Authenticate field asks for, as JSON text: of the first Bearer challenge
// with error="insufficient_claims" whose claims are base64 of a JSON object. Several challenges may
// stand in one field (RFC 9110, section 11.6.1), their parameters in any order. At most 16 KiB are
// looked at.
std::optional<std::string> read_claims_challenge(std::string_view www_authenticate);

// The "claims" of a token request: that we understand challenges (xms_cc cp1), merged with what a
// challenge asked for (JSON text; empty: none).
std::string claims_to_request(std::string_view challenge);

}  // namespace secondlook
