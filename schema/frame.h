// How our processes cut a stream socket into messages: a little-endian 32-bit length of what
// follows the type, one type byte, the payload. Specified in schema/README.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace secondlook {

struct Frame {
  std::uint8_t type = 0;
  std::string payload;
};

inline constexpr std::size_t kFrameHeaderBytes = 5;

std::string encode_frame(std::uint8_t type, std::string_view payload);

// Takes bytes as they come, gives frames as they are whole. A frame longer than `limit` is
// malformed, and the stream with it: the caller closes.
class FrameReader {
 public:
  explicit FrameReader(std::size_t limit) : limit_(limit) {}

  void feed(std::string_view bytes) { buffer_.append(bytes); }
  // Nothing: more bytes are needed.
  Result<std::optional<Frame>> next();
  std::size_t buffered() const { return buffer_.size() - consumed_; }

 private:
  std::size_t limit_;
  std::string buffer_;
  std::size_t consumed_ = 0;
};

// Blocking helpers for simple peers; `temporary` after `timeout` or when the peer closed.
Result<void> send_frame(int connection, std::uint8_t type, std::string_view payload);
Result<Frame> receive_frame(int connection, FrameReader& reader, std::chrono::milliseconds timeout);

}  // namespace secondlook
