// A descriptor that becomes readable when the process is to stop, and stays so: threads that wait
// on sockets wait on it as well.
#pragma once

#include <chrono>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

class StopEvent {
 public:
  static Result<StopEvent> make();
  void set();  // from any thread
  bool is_set() const;

  enum class Woken { readable, other, stopped, timeout };
  // A negative timeout waits for ever. `other`: a second descriptor, looked at after the first.
  Result<Woken> wait(int descriptor, std::chrono::milliseconds timeout, int other = -1) const;

 private:
  explicit StopEvent(FileDescriptor event) : event_(std::move(event)) {}
  FileDescriptor event_;
};

}  // namespace secondlook
