#include "schema/journal_log/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

namespace secondlook {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reflected

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
    table[byte] = value;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kTable = make_table();

#if defined(__x86_64__)
[[gnu::target("sse4.2")]] std::uint32_t extend_by_processor(std::uint32_t so_far,
                                                            std::string_view bytes) {
  std::uint64_t value = ~so_far;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    value = __builtin_ia32_crc32di(value, word);
  }
  auto narrow = static_cast<std::uint32_t>(value);
  for (const char c : bytes) narrow = __builtin_ia32_crc32qi(narrow, static_cast<unsigned char>(c));
  return ~narrow;
}

bool has_instruction() {
  static const bool has = __builtin_cpu_supports("sse4.2") != 0;
  return has;
}
#endif

// A linear map over GF(2) of 32 bits: what appending some zero bytes does to a checksum.
using Map = std::array<std::uint32_t, 32>;

constexpr std::uint32_t apply(const Map& map, std::uint32_t value) {
  std::uint32_t sum = 0;
  for (std::size_t bit = 0; value != 0; ++bit, value >>= 1)
    if ((value & 1) != 0) sum ^= map[bit];
  return sum;
}

constexpr Map twice(const Map& map) {
  Map squared{};
  for (std::size_t bit = 0; bit < 32; ++bit) squared[bit] = apply(map, map[bit]);
  return squared;
}

// maps[k] appends 2^k zero bytes.
constexpr std::array<Map, 64> make_maps() {
  Map one_bit{};
  one_bit[0] = kPolynomial;
  for (std::size_t bit = 1; bit < 32; ++bit) one_bit[bit] = std::uint32_t{1} << (bit - 1);
  std::array<Map, 64> maps{};
  maps[0] = twice(twice(twice(one_bit)));
  for (std::size_t power = 1; power < 64; ++power) maps[power] = twice(maps[power - 1]);
  return maps;
}

const std::array<Map, 64>& zero_maps() {
  static const std::array<Map, 64> maps = make_maps();
  return maps;
}

}  // namespace

std::uint32_t extend_crc32c_by_table(std::uint32_t so_far, std::string_view bytes) {
  std::uint32_t value = ~so_far;
  for (const char c : bytes)
    value = kTable[(value ^ static_cast<unsigned char>(c)) & 0xFF] ^ (value >> 8);
  return ~value;
}

std::uint32_t extend_crc32c(std::uint32_t so_far, std::string_view bytes) {
#if defined(__x86_64__)
  if (has_instruction()) return extend_by_processor(so_far, bytes);
#endif
  return extend_crc32c_by_table(so_far, bytes);
}

std::uint32_t join_crc32c(std::uint32_t first, std::uint32_t second, std::uint64_t second_length) {
  for (std::size_t power = 0; second_length != 0; ++power, second_length >>= 1)
    if ((second_length & 1) != 0) first = apply(zero_maps()[power], first);
  return first ^ second;
}

}  // namespace secondlook
