// The master's side of a helper program (secondlook-malware, secondlook-extract): starts it before
// the master confines itself, and makes connections for workers. A helper restarts its own
// children; when it is gone as a whole, connect() fails and the master gives up, to be started
// again.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

// The helper's control socket, passed at its start. On it the helper writes a line when it is
// ready, and whenever what it says there is another: kHelperReady and a note (the malware
// scanner's: the version of its signatures). The master writes kHelperConnect together with the
// helper's end of a new connection, and closes it for the helper to end.
inline constexpr int kHelperControlDescriptor = 3;
inline constexpr char kHelperReady = 'r';
inline constexpr char kHelperConnect = 'c';
inline constexpr std::size_t kLongestHelperNote = 200;

// For helpers: that line.
Result<void> tell_helper_ready(std::string_view note = {});

class HelperProcess {
 public:
  // Runs `program` and waits until it is ready.
  static Result<HelperProcess> start(const std::string& program,
                                     const std::vector<std::string>& arguments,
                                     std::chrono::milliseconds patience);
  HelperProcess(HelperProcess&& other) noexcept = default;
  HelperProcess& operator=(HelperProcess&& other) = delete;
  ~HelperProcess();  // closes the control socket (the helper ends on that) and reaps it

  const std::string& note() const { return note_; }
  // When control() is readable. True: note() is another from now on, for connections that are made
  // now. An error: the helper has ended.
  Result<bool> take_news();

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
  std::string incoming_;  // of a line that is not whole
  std::string note_;
  bool is_ready_ = false;
};

}  // namespace secondlook
