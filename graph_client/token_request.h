// What is sent to get a token, by kind of credential: a form to Entra's token endpoint (OAuth 2.0
// client credentials, RFC 6749 section 4.4), or a question to the machine's own platform.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "graph_client/http_transport.h"
#include "graph_client/mailbox_client.h"

namespace secondlook {

struct TokenRequest {
  HttpRequest http;
  Secret proof;  // what in it must never be seen: secret, assertion, App Service's header
};

// Reads the credential's files. `challenge`: claims that Graph asked for, else empty; together with
// "we understand such challenges" they go along with all kinds but the managed identity, which
// knows none. Fails as the files do; the error names files, never their content.
Result<TokenRequest> make_token_request(const GraphAccount& account, std::string_view challenge,
                                        Timestamp now, RandomSource& random);

// What a refusal says, for the log: "HTTP 401 invalid_client AADSTS7000215: ...", the description
// without `proof` in case the server repeats it.
std::string describe_login_refusal(const HttpResponse& answer, const Secret& proof);

// malformed: files that can never sign in (a key that is not the certificate's). Files that are not
// there, or not readable yet, are for the next token request.
Result<void> check_credential_files(const GraphCredential& credential);

}  // namespace secondlook
