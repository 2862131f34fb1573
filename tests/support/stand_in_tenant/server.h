// The stand-in tenant as one HTTP server on loopback: login, Graph and control. In a test's own
// process or behind the executable stand_in_tenant.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tests/support/stand_in_tenant/faults.h"
#include "tests/support/stand_in_tenant/login.h"
#include "tests/support/stand_in_tenant/tenant.h"

namespace secondlook::stand_in {

struct ServerOptions {
  std::uint16_t port = 0;
  Credentials credentials;
  std::chrono::seconds token_lifetime{3599};
  unsigned requests_per_mailbox = 4;
  std::chrono::milliseconds latency{0};  // of each Graph request about a mailbox
  std::string public_url;                // in front of next links, where a proxy stands between
  std::vector<User> users;
  std::vector<Fault> faults;
};

class Server {
 public:
  // `clock` decides about late delivery and tokens, and must outlive it, as must `random`.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, const Clock& clock,
                                               RandomSource& random);
  ~Server();

  std::uint16_t port() const;
  std::string url() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace secondlook::stand_in
