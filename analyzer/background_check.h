// A question answered by a forked child, so that the process that asks does not stand still: do the
// new rules load? Compiling them may take seconds.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <sys/types.h>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

struct CheckAnswer {
  enum class Kind {
    no,
    yes,
    restart  // yes, but only for a process that starts anew
  };
  Kind kind = Kind::no;
  // Why not; for yes what was found. At most kMostTextBytes, the rest is cut off.
  std::string text;

  static constexpr std::size_t kMostTextBytes = 4096;
};

class BackgroundCheck {
 public:
  // One at a time: a second start while one runs is passed over. The child may use kMostCpuSeconds;
  // one that dies, or uses more, answers no.
  Result<void> start(const std::function<CheckAnswer()>& check);
  // To poll for reading; -1 while none runs (poll passes over it).
  int descriptor() const { return ended_.number(); }
  // Nothing while it runs or when none was started.
  std::optional<CheckAnswer> answer();

  static constexpr unsigned kMostCpuSeconds = 300;

 private:
  FileDescriptor ended_;  // the text, then end of file when the child has ended
  pid_t child_ = -1;
  std::string text_;
};

}  // namespace secondlook
