// The token endpoint, and who holds a token that is still good. Safe from several threads.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "tests/support/http_server.h"

namespace secondlook::stand_in {

// An empty member accepts anything (but not nothing).
struct Credentials {
  std::string tenant_id, client_id, client_secret;
};

class Login {
 public:
  Login(Credentials credentials, std::chrono::seconds lifetime, const Clock& clock,
        RandomSource& random)
      : credentials_(std::move(credentials)), lifetime_(lifetime), clock_(clock), random_(random) {}

  // POST /{tenant}/oauth2/v2.0/token, answered as Entra does.
  ServedAnswer answer(const std::string& tenant, const ServedRequest& request);
  bool accepts(const ServedRequest& request);
  void expire_all();
  unsigned issued() const { return issued_; }

 private:
  ServedAnswer refuse(int status, const std::string& error, const std::string& description);

  const Credentials credentials_;
  const std::chrono::seconds lifetime_;
  const Clock& clock_;
  RandomSource& random_;
  std::mutex mutex_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> tokens_;
  unsigned issued_ = 0;
};

}  // namespace secondlook::stand_in
