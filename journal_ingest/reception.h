// The whole of the ingest process but its rights: log writer, sockets, sessions, on one network
// thread. main.cc opens it, confines the process, runs it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "schema/configuration.h"

namespace secondlook {

class Reception {
 public:
  // Everything that needs rights: recovers the log, reads certificate and key, opens the sockets
  // of [smtp] listen or adopts `inherited` instead. Starts no thread.
  static Result<std::unique_ptr<Reception>> open(const Configuration& configuration,
                                                 const std::vector<int>& inherited);
  ~Reception();

  // "listening on 127.0.0.1:2525, [::1]:2525"
  std::string description() const;
  // Receives until SIGTERM or SIGINT; sessions that send a message may finish it. At the end all
  // that was answered with 250 is synced, and nothing else is under way.
  void run();

 private:
  struct Parts;
  explicit Reception(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace secondlook
