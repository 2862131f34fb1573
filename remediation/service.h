// The remediation process put together: one store, one Graph client a tenant, and the threads of
// recorder, executor and control.
#pragma once

#include <memory>
#include <string>

#include "base/confinement.h"
#include "base/result.h"
#include "schema/configuration.h"
#include "schema/process_figures.h"

namespace secondlook {

class RemediationService {
 public:
  // Opens what needs rights: directories, database, both sockets. malformed: the configuration
  // cannot be meant (a credential that is not supported yet).
  static Result<std::unique_ptr<RemediationService>> open(Configuration configuration);
  ~RemediationService();

  // What the process keeps, afterwards: the network out, its database and runtime directories,
  // certificates, secrets and the resolver's files.
  Confinement confinement() const;

  // Starts the threads. Call after confine(): they inherit its limits.
  Result<void> start(const ConfinementReport& confinement);
  // Blocks until SIGTERM or SIGINT (blocked before open()), or until a thread cannot go on. Ends
  // with the step under way finished, ten seconds at most; what is under way longer stands as
  // `begun` and is resolved at the next start. Shows the process's pulse while it waits, as long as
  // recorder, executor, the carrying out of commands and the store's lock turn.
  Result<void> run_until_stopped(Figure& pulse);

 private:
  struct State;
  explicit RemediationService(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace secondlook
