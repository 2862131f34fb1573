// Who gives out tokens, and whose token is still good: Entra's token endpoint with each kind of
// proof it takes, and the identity services of an Azure machine. Checks what those check, and
// answers in their words. Safe from several threads.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "tests/support/http_server.h"
#include "tests/support/stand_in_tenant/web_target.h"

namespace secondlook::stand_in {

struct Credentials {
  // An empty one accepts anything (but not nothing).
  std::string tenant_id, client_id, client_secret;
  // An empty one accepts nothing.
  std::string certificate;      // PEM, as uploaded to the app registration
  std::string federated_token;  // the other identity provider's, as Entra would find it good
  std::string identity_header;  // App Service's
  // In front of "/{tenant}/oauth2/v2.0/token" in the audience of assertions; empty: http:// and the
  // Host that the request came to.
  std::string login_url;
};

class Login {
 public:
  Login(Credentials credentials, std::chrono::seconds lifetime, const Clock& clock,
        RandomSource& random)
      : credentials_(std::move(credentials)), lifetime_(lifetime), clock_(clock), random_(random) {}

  // POST /{tenant}/oauth2/v2.0/token, GET /metadata/identity/oauth2/token (IMDS), GET /msi/token
  // (App Service); nothing for any other target.
  std::optional<ServedAnswer> answer(const ServedRequest& request, const WebTarget& target);

  // The 401 to a request that holds no good token; nothing where it does. A token that lacks
  // demanded claims is challenged, where its owner had declared to understand that.
  std::optional<ServedAnswer> refusal(const ServedRequest& request);

  void expire_all();
  // What tokens grant from now on; expires those before.
  void grant(std::vector<std::string> roles);
  // From now on tokens must have been asked for with these members of "access_token" (JSON text):
  // continuous access evaluation. "{}" ends it.
  void demand_claims(const std::string& access_token_members);
  unsigned issued() const;

 private:
  struct Token {
    std::chrono::steady_clock::time_point ends_at;
    std::string claims;  // "claims" of its request
  };

  ServedAnswer answer_form(const std::string& tenant, const ServedRequest& request);
  // What is wrong with the proof in the form; empty: nothing.
  std::string check_proof(const std::map<std::string, std::string, std::less<>>& form,
                          const std::string& tenant, const ServedRequest& request);
  std::string check_assertion(const std::string& assertion, const std::string& tenant,
                              const ServedRequest& request);
  ServedAnswer answer_identity(const ServedRequest& request, const WebTarget& target,
                               bool is_app_service);
  std::string issue(const std::string& claims);
  bool has_demanded_claims(const std::string& claims) const;
  ServedAnswer refuse(int status, const std::string& error, const std::string& description);

  const Credentials credentials_;
  const std::chrono::seconds lifetime_;
  const Clock& clock_;
  RandomSource& random_;
  mutable std::mutex mutex_;
  std::map<std::string, Token, std::less<>> tokens_;
  std::set<std::string> seen_assertions_;  // jti
  std::string demanded_;                   // empty: none
  unsigned issued_ = 0;
  std::vector<std::string> roles_ = {"Mail.ReadWrite", "User.Read.All", "Group.Read.All"};
};

}  // namespace secondlook::stand_in
