#include "base/random.h"

#include <set>

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

class SameByte final : public RandomSource {
 public:
  explicit SameByte(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = byte_;
  }

 private:
  std::uint8_t byte_;
};

TEST_CASE("a UUID has version 4 and the variant of RFC 9562 whatever the random bytes") {
  SameByte zeros(0x00);
  SameByte ones(0xff);
  CHECK(make_uuid(zeros) == "00000000-0000-4000-8000-000000000000");
  CHECK(make_uuid(ones) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST_CASE("a fraction is at least 0 and less than 1") {
  SameByte zeros(0x00);
  SameByte ones(0xff);
  CHECK(random_fraction(zeros) == 0.0);
  CHECK(random_fraction(ones) < 1.0);
  CHECK(random_fraction(ones) > 0.999999);
}

TEST_CASE("the system's randomness does not repeat itself") {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(make_uuid(random));
  CHECK(seen.size() == 100);
}

}  // namespace
}  // namespace secondlook
