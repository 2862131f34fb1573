// The master's side of a helper program (secondlook-malware, secondlook-extract): starts it before
// the master confines itself, and makes connections for workers. A helper restarts its own children;
// when it is gone as a whole, connect() fails and the master gives up, to be started again.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

// The helper's control socket, passed at its start. On it the helper writes kHelperReady once; the
// master writes kHelperConnect together with the helper's end of a new connection, and closes it
// for the helper to end.
inline constexpr int kHelperControlDescriptor = 3;
inline constexpr char kHelperReady = 'r';
inline constexpr char kHelperConnect = 'c';

class HelperProcess {
 public:
  // Runs `program` and waits until it is ready.
  static Result<HelperProcess> start(const std::string& program,
                                     const std::vector<std::string>& arguments,
                                     std::chrono::milliseconds patience);
  HelperProcess(HelperProcess&& other) noexcept = default;
  HelperProcess& operator=(HelperProcess&& other) = delete;
  ~HelperProcess();  // closes the control socket (the helper ends on that) and reaps it

  // One end of a fresh connection to the helper.
  Result<FileDescriptor> connect() const;
  pid_t process() const { return process_.number; }
  int control() const { return control_.number(); }

 private:
  struct ProcessId {
    ProcessId(pid_t id) : number(id) {}
    ProcessId(ProcessId&& other) noexcept : number(std::exchange(other.number, -1)) {}
    pid_t number;
  };
  HelperProcess(pid_t process, FileDescriptor control)
      : process_(process), control_(std::move(control)) {}

  ProcessId process_;
  FileDescriptor control_;
};

}  // namespace secondlook
