// Passes over the bytes of a text where none of many outlines can begin, by the three bytes that
// stand there. Lets too much through, never too little.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace secondlook {

// Bytes are told apart in 64 kinds: letters in either case, what stands for letters in disguise,
// separators, and the lead bytes of UTF-8 by script.
class StartFilter {
 public:
  static constexpr std::size_t kKinds = 64;
  static std::uint8_t kind_of(std::uint8_t byte);

  // That something may begin with one of `first`, then one of `second`, then one of `third`: sets
  // of kinds, a bit for each.
  void allow(std::uint64_t first, std::uint64_t second, std::uint64_t third);
  void allow(const StartFilter& other);

  // Whether something may begin at `text[at]`; three bytes stand there.
  bool passes(std::string_view text, std::size_t at) const {
    const std::size_t first = kind_of_byte_[static_cast<std::uint8_t>(text[at])];
    const std::size_t second = kind_of_byte_[static_cast<std::uint8_t>(text[at + 1])];
    const std::size_t third = kind_of_byte_[static_cast<std::uint8_t>(text[at + 2])];
    return (third_[first * kKinds + second] >> third & 1) != 0;
  }

  // A share of the bytes of ordinary text.
  double expected() const;

 private:
  static std::array<std::uint8_t, 256> all_kinds();

  std::array<std::uint8_t, 256> kind_of_byte_ = all_kinds();
  std::array<std::uint64_t, kKinds * kKinds> third_{};
};

}  // namespace secondlook
