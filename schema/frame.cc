#include "schema/frame.h"

#include "base/unix_socket.h"

namespace secondlook {
namespace {

std::uint32_t read_length(std::string_view bytes) {
  std::uint32_t length = 0;
  for (int i = 3; i >= 0; --i)
    length = length << 8 | static_cast<std::uint8_t>(bytes[static_cast<std::size_t>(i)]);
  return length;
}

}  // namespace

std::string encode_frame(std::uint8_t type, std::string_view payload) {
  std::string bytes;
  bytes.reserve(kFrameHeaderBytes + payload.size());
  for (int shift = 0; shift < 32; shift += 8)
    bytes += static_cast<char>(static_cast<std::uint8_t>(payload.size() >> shift));
  bytes += static_cast<char>(type);
  bytes += payload;
  return bytes;
}

Result<std::optional<Frame>> FrameReader::next() {
  const std::string_view waiting = std::string_view(buffer_).substr(consumed_);
  if (waiting.size() < kFrameHeaderBytes) return std::optional<Frame>();
  const std::size_t length = read_length(waiting);
  if (length > limit_)
    return malformed("frame of " + std::to_string(length) + " bytes, at most " +
                     std::to_string(limit_));
  if (waiting.size() < kFrameHeaderBytes + length) return std::optional<Frame>();
  Frame frame{static_cast<std::uint8_t>(waiting[4]),
              std::string(waiting.substr(kFrameHeaderBytes, length))};
  consumed_ += kFrameHeaderBytes + length;
  if (consumed_ == buffer_.size()) {
    buffer_.clear();
    consumed_ = 0;
  } else if (consumed_ > 65536 && consumed_ > buffer_.size() / 2) {
    buffer_.erase(0, consumed_);
    consumed_ = 0;
  }
  return std::optional<Frame>(std::move(frame));
}

Result<void> send_frame(int connection, std::uint8_t type, std::string_view payload) {
  return send_with_descriptors(connection, encode_frame(type, payload));
}

Result<Frame> receive_frame(int connection, FrameReader& reader,
                            std::chrono::milliseconds timeout) {
  for (;;) {
    auto frame = reader.next();
    if (!frame) return frame.error();
    if (*frame) return std::move(**frame);
    const auto readable = wait_readable(connection, timeout);
    if (!readable) return readable.error();
    if (!*readable) return temporary("no answer within the time allowed");
    auto received = receive_with_descriptors(connection, 65536);
    if (!received) return received.error();
    if (received->bytes.empty()) return temporary("the peer closed the connection");
    reader.feed(received->bytes);
  }
}

}  // namespace secondlook
