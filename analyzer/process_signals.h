// SIGTERM, SIGINT and SIGHUP as something to poll.
#pragma once

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

class ProcessSignals {
 public:
  // Blocks the three (forked workers unblock them) and ignores SIGPIPE.
  static Result<ProcessSignals> take_over();

  int descriptor() const { return descriptor_.number(); }
  // The number of one that has arrived, 0 when none has.
  int next() const;

 private:
  explicit ProcessSignals(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  FileDescriptor descriptor_;
};

}  // namespace secondlook
