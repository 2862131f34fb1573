// A set of bytes, looked up in a table: string_view::find_first_of() asks memchr() for every byte
// of the text, which costs ten times as much where texts are read byte by byte.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace secondlook {

class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view bytes) {
    for (const char byte : bytes) has_[static_cast<unsigned char>(byte)] = true;
  }

  constexpr bool contains(char byte) const { return has_[static_cast<unsigned char>(byte)]; }

  // Where the first byte at or behind `from` stands that is in the set (that is not); text.size()
  // when there is none.
  constexpr std::size_t find_in(std::string_view text, std::size_t from = 0) const {
    while (from < text.size() && !contains(text[from])) ++from;
    return from < text.size() ? from : text.size();
  }
  constexpr std::size_t find_outside(std::string_view text, std::size_t from = 0) const {
    while (from < text.size() && contains(text[from])) ++from;
    return from < text.size() ? from : text.size();
  }

 private:
  std::array<bool, 256> has_{};
};

}  // namespace secondlook
