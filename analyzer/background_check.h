// A question answered by a forked child, so that the process that asks does not stand still: do the
// new rules load? Compiling them may take seconds.
#pragma once

#include <chrono>
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
  using TimePoint = std::chrono::steady_clock::time_point;

  // One at a time: only while none runs.
  Result<void> start(const std::function<CheckAnswer()>& check, TimePoint now);
  bool runs() const { return ended_.is_open(); }
  // To poll for reading; -1 while none runs (poll passes over it).
  int descriptor() const { return ended_.number(); }
  // When answer() must be called though nothing was readable; nothing while none runs.
  std::optional<std::chrono::milliseconds> until_deadline(TimePoint now) const;
  // Nothing while it runs or when none was started. A child that dies answers no, and so does one
  // that takes longer than kMostTime, which is killed: rule files may lie on a disk that hangs.
  std::optional<CheckAnswer> answer(TimePoint now);

  static constexpr std::chrono::minutes kMostTime{10};

 private:
  bool read_text();
  int reap();

  FileDescriptor ended_;  // the text, then end of file when the child has ended
  pid_t child_ = -1;
  std::string text_;
  TimePoint started_{};
};

}  // namespace secondlook
