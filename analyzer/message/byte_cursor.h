// Reads little-endian numbers and runs of bytes, never beyond the end. The first read that does not
// fit fails, and so does every later one: callers ask once, behind a group of reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace secondlook {

class ByteCursor {
 public:
  explicit ByteCursor(std::string_view bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  std::size_t left() const { return failed_ ? 0 : bytes_.size() - at_; }

  // Empty when it fails.
  std::string_view take(std::size_t count) {
    if (count > left()) failed_ = true;
    if (failed_) return {};
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }
  void skip(std::size_t count) { take(count); }

  std::uint8_t take_8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t take_16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t take_32() { return number(4); }

 private:
  std::uint32_t number(std::size_t width) {
    const std::string_view bytes = take(width);
    std::uint32_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
      value = value << 8U | static_cast<unsigned char>(bytes[i]);
    return value;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace secondlook
