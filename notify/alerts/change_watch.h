// Wakes a thread when another process has committed to a SQLite database in WAL mode: inotify on
// its -wal file, which every commit writes to. Nothing is polled but, every few seconds, whether
// the file is there.
#pragma once

#include <chrono>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

class ChangeWatch {
 public:
  // Before confinement; the database need not exist.
  static Result<ChangeWatch> make(const std::string& database);

  // Returns at a change, after wake(), or after `timeout`, five seconds at the most. Changes that
  // come within a tenth of a second are one.
  void wait(std::chrono::milliseconds timeout);
  // From any thread; the next wait (or the one under way) ends at once.
  void wake() const;

 private:
  ChangeWatch(std::string file, FileDescriptor changes, FileDescriptor event)
      : file_(std::move(file)), changes_(std::move(changes)), event_(std::move(event)) {}
  void add_watch();
  void drain();

  std::string file_;
  FileDescriptor changes_, event_;
  int watch_ = -1;  // -1: the file is not there
};

}  // namespace secondlook
