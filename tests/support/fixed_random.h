// Randomness that is the same in every run: SplitMix64 from a seed. Two sources with the same seed
// give the same bytes. Safe from several threads (which then share one sequence).
#pragma once

#include <cstdint>
#include <mutex>
#include <span>

#include "base/random.h"

namespace secondlook {

class FixedRandom final : public RandomSource {
 public:
  explicit FixedRandom(std::uint64_t seed = 1) : state_(seed) {}

  void fill(std::span<std::uint8_t> bytes) override {
    const std::scoped_lock lock(mutex_);
    std::uint64_t word = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      if (at % 8 == 0) word = next();
      bytes[at] = static_cast<std::uint8_t>(word >> (8 * (at % 8)));
    }
  }

 private:
  // Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
  std::uint64_t next() {
    std::uint64_t word = (state_ += 0x9e3779b97f4a7c15U);
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9U;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebU;
    return word ^ (word >> 31);
  }

  std::mutex mutex_;
  std::uint64_t state_;
};

}  // namespace secondlook
