// An operator's desk for tests of whole commands: a configuration of its own, streams to read, a
// clock that stands still, and, if wanted, a service that answers as it was told.
#pragma once

#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "cli/console.h"
#include "schema/configuration.h"
#include "schema/control_message.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {

struct Ran {
  int status = -1;
  std::string out, err;
};

class Desk {
 public:
  Desk();

  // secondlook --config <the desk's> ARGUMENTS...
  Ran run(const std::vector<std::string>& arguments);

  // Before run(): more of the configuration, behind [paths].
  void configure(const std::string& more);
  // Before run(): what the operator types (makes standard input a terminal).
  void type(const std::string& input);

  const PathSettings& paths() const { return paths_; }
  std::string file(const std::string& name) const { return directory_.file(name); }

 private:
  TemporaryDirectory directory_;
  ManualClock clock_;
  PathSettings paths_;
  std::string configuration_;
  std::string typed_;
  bool in_is_terminal_ = false;
};

// Answers one connection after the other on the control socket, each with its frames, and keeps
// the requests. All conversations must take place before it goes.
class FakeService {
 public:
  using Conversation = std::vector<std::pair<ControlFrame, std::string>>;

  FakeService(const std::string& control_socket, std::vector<Conversation> conversations);
  ~FakeService();
  FakeService(const FakeService&) = delete;
  FakeService& operator=(const FakeService&) = delete;

  // Waits for the end of the last conversation.
  const std::vector<ControlRequest>& requests();

 private:
  void answer(const std::vector<Conversation>& conversations);

  FileDescriptor listening_;
  std::vector<ControlRequest> requests_;
  std::thread thread_;
};

// A database with two mails: 1 is malicious and hostile in every text, its copy removed; 2 is
// clean.
void record_two_mails(const PathSettings& paths);

// The content of tests/cases/cli/NAME.
std::string golden(const std::string& name);

}  // namespace secondlook
