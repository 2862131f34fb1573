// How much memory the bodies of all reports may take together, those that arrive and those that
// wait for their sync: a thousand peers with a megabyte each must not be a gigabyte. It refuses
// nothing: where memory is scarce a body goes to its file earlier (ReportBody). Thread-safe: bodies
// grow on the network thread and go on the log writer's.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace secondlook {

class BodyMemory {
 public:
  explicit BodyMemory(std::size_t limit) : limit_(limit) {}
  // What is held may pass the limit by one body's last step of growth.
  bool is_scarce() const { return held_ >= limit_; }
  std::size_t held() const { return held_; }  // bytes

 private:
  friend class BodyMemoryShare;
  const std::size_t limit_;
  std::atomic<std::size_t> held_{0};
};

// One body's part of it, given back when this goes.
class BodyMemoryShare {
 public:
  explicit BodyMemoryShare(std::shared_ptr<BodyMemory> memory) : memory_(std::move(memory)) {}
  ~BodyMemoryShare() { hold(0); }
  BodyMemoryShare(BodyMemoryShare&& other) noexcept
      : memory_(std::move(other.memory_)), bytes_(std::exchange(other.bytes_, 0)) {}
  BodyMemoryShare& operator=(BodyMemoryShare&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  bool is_scarce() const { return memory_ && memory_->is_scarce(); }
  // `bytes` from now on, instead of what it was.
  void hold(std::size_t bytes) {
    if (!memory_) return;
    memory_->held_ += bytes;
    memory_->held_ -= std::exchange(bytes_, bytes);
  }

 private:
  std::shared_ptr<BodyMemory> memory_;
  std::size_t bytes_ = 0;
};

}  // namespace secondlook
