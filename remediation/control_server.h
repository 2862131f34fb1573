// The control socket's server: a few threads accept, each serves one request at a time, so that
// `status` answers while a long retract is under way. Peers are known by the kernel's word.
#pragma once

#include <thread>
#include <vector>

#include "base/file_descriptor.h"
#include "base/unix_socket.h"
#include "remediation/control_commands.h"
#include "remediation/stop_event.h"

namespace secondlook {

class ControlServer {
 public:
  static constexpr unsigned kThreads = 8;  // more callers wait in the socket's backlog

  // All must outlive the server. `listening` is made non-blocking.
  ControlServer(FileDescriptor listening, const ControlContext& context, const StopEvent& stop);

  Result<void> start();
  // One connection: request, items, done or failed.
  void serve(FileDescriptor connection);
  // The same for a peer that is known already.
  void serve(FileDescriptor connection, const PeerCredentials& peer);

 private:
  void work();
  Result<std::string> answer(int connection, const PeerCredentials& peer);
  Result<std::string> answer_peer(const ControlCall& call, const PeerCredentials& peer);

  FileDescriptor listening_;
  ControlContext context_;
  const StopEvent& stop_;
  RefusalAudit refusals_;
  std::vector<std::jthread> threads_;  // joined by the destructor, after the stop event
};

}  // namespace secondlook
