// secondlook-notify put together: the sources and the HTTP server of metrics, and alerts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/confinement.h"
#include "base/result.h"
#include "schema/configuration.h"
#include "schema/process_figures.h"

namespace secondlook {

class NotifyService {
 public:
  // Opens what needs rights: the socket of [metrics] listen. One that cannot be had leaves metrics
  // off, loudly: no port is worth more than the mail that the other processes receive. So do alerts
  // whose secrets cannot be read. `figures`: descriptors of schema/process_figures.h, to read.
  static Result<std::unique_ptr<NotifyService>> open(Configuration configuration,
                                                     const std::vector<int>& figures);
  ~NotifyService();

  // "metrics on 127.0.0.1:9464, alerts to 2 channels"; for `status`.
  std::string description() const;
  // What the process keeps, afterwards: its socket; the control socket; the database, the process
  // table and the malware database to read; with alerts the network out, and their database to
  // write.
  Confinement confinement() const;

  // Starts the threads. Call after confine().
  Result<void> start();
  // Until SIGTERM or SIGINT; or SIGHUP, to take up another configuration: serve starts it anew.
  // Shows the process's pulse meanwhile.
  void run_until_stopped(Figure& pulse);

 private:
  struct State;
  explicit NotifyService(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace secondlook
