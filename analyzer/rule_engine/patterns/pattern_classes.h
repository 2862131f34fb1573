// The small words of Perl's patterns: \d, \x41, [a-z]. What they stand for, in bytes.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace secondlook {

bool is_letter_or_digit(char byte);  // ASCII

// ASCII letters in the other case too.
std::bitset<256> with_both_cases(std::bitset<256> bytes);

// \d \w \s and their opposites, without the backslash; nothing for other letters. ASCII only, as
// PCRE2 takes them without UCP.
std::optional<std::bitset<256>> escaped_class(char letter);

// The number of \n \x41 \x{41} \o{101} \012 \cA; `position` stands behind the backslash and is
// moved on. Nothing, and not moved, for what is no such escape.
std::optional<std::uint32_t> read_escaped_code(std::string_view text, std::size_t& position);

struct BracketedClass {
  std::bitset<256> bytes;       // what it matches; already turned round where negated
  bool is_negated = false;      // so that in character patterns it matches all beyond ASCII
  bool has_characters = false;  // names something beyond a byte: `bytes` is not all of it
};

// From behind the opening bracket to behind the closing one; nothing when it is not understood.
// caseless: before a class is turned round, both cases are put in.
std::optional<BracketedClass> read_bracketed_class(std::string_view text, std::size_t& position,
                                                   bool caseless);

}  // namespace secondlook
