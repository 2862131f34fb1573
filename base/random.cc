#include "base/random.h"

#include <array>
#include <cerrno>
#include <cstdlib>

#include <sys/random.h>

#include "base/hex.h"

namespace secondlook {

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) std::abort();  // no entropy source: nothing that follows could be trusted
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

std::string make_uuid(RandomSource& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text = to_hex(bytes);
  for (const std::size_t position : {20u, 16u, 12u, 8u}) text.insert(position, 1, '-');
  return text;
}

double random_fraction(RandomSource& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  return static_cast<double>(number >> 11) * 0x1.0p-53;
}

}  // namespace secondlook
