// Randomness as an argument: UUIDs, jitter and correlation ids take a RandomSource.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace secondlook {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

// getrandom(2). Safe from any thread.
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

// A random UUID in RFC 9562's version 4, lower case, "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".
std::string make_uuid(RandomSource& random);

// Uniform in [0, 1).
double random_fraction(RandomSource& random);

}  // namespace secondlook
