// Alerts put together: one thread that reads what happened, one for each channel. The process that
// it runs in (secondlook-notify) ignores SIGPIPE and confines itself between open() and start().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "schema/configuration.h"
#include "schema/loop_watch.h"

namespace secondlook {

// What the process must keep for alerts, beside what it has anyway.
struct AlertNeeds {
  bool network = false;                     // PermittedCalls::connect_to_network
  std::vector<std::string> readable_paths;  // database, certificates, CAs, the resolver's files
  std::vector<std::string> writable_paths;  // the directory of alerts.db
};

class AlertService {
 public:
  // Reads the channels' secrets and opens alerts.db (its directory is made, mode 0750). Without any
  // [[alert_channel]] nothing is opened, and start() starts nothing. malformed or forbidden: a
  // secret file that cannot be used.
  static Result<std::unique_ptr<AlertService>> open(const Configuration& configuration);
  ~AlertService();  // stop()

  AlertNeeds needs() const;

  // Starts the threads, after confine(): they inherit its limits. The detections database need not
  // be there yet. `watch` must outlive the service; nobody looks at it before this returns.
  Result<void> start(LoopWatch& watch);
  // Asks the threads to end and waits for them: what is being sent is finished, up to half a
  // minute. Killing the process instead loses nothing either.
  void stop();

 private:
  struct State;
  explicit AlertService(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace secondlook
