// A question answered by a forked child, so that the process that asks does not stand still: do the
// new rules load? Compiling them may take seconds.
#pragma once

#include <functional>
#include <optional>

#include <sys/types.h>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

class BackgroundCheck {
 public:
  // True answers exit status 0 of the child. One at a time: a second start while one runs is
  // passed over.
  Result<void> start(const std::function<bool()>& check);
  // To poll for reading; -1 while none runs (poll passes over it).
  int descriptor() const { return ended_.number(); }
  // Nothing while it runs or when none was started.
  std::optional<bool> answer();

 private:
  FileDescriptor ended_;  // end of file when the child has ended
  pid_t child_ = -1;
};

}  // namespace secondlook
