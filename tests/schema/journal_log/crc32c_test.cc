#include "schema/journal_log/crc32c.h"

#include <algorithm>
#include <numeric>
#include <string>

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string counting_bytes(std::size_t length) {
  std::string bytes(length, '\0');
  std::iota(bytes.begin(), bytes.end(), '\0');
  return bytes;
}

}  // namespace

TEST_CASE("the checksum gives the values of RFC 3720") {
  std::string descending = counting_bytes(32);
  std::reverse(descending.begin(), descending.end());
  CHECK(extend_crc32c(0, "123456789") == 0xE3069283);
  CHECK(extend_crc32c(0, std::string(32, '\0')) == 0x8A9136AA);
  CHECK(extend_crc32c(0, std::string(32, '\xff')) == 0x62A8AB43);
  CHECK(extend_crc32c(0, counting_bytes(32)) == 0x46DD794E);
  CHECK(extend_crc32c(0, descending) == 0x113FDB5C);
}

TEST_CASE("the processor's checksum and the table's agree at every length") {
  const std::string bytes = counting_bytes(300);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const std::string_view part = std::string_view(bytes).substr(0, length);
    REQUIRE(extend_crc32c(17, part) == extend_crc32c_by_table(17, part));
  }
}

TEST_CASE("the checksum of a text is that of its two parts, wherever it is parted") {
  const std::string bytes = counting_bytes(300);
  const std::uint32_t whole = extend_crc32c(99, bytes);
  for (std::size_t place = 0; place <= bytes.size(); ++place) {
    const std::string_view first = std::string_view(bytes).substr(0, place);
    const std::string_view second = std::string_view(bytes).substr(place);
    REQUIRE(extend_crc32c(extend_crc32c(99, first), second) == whole);
    REQUIRE(join_crc32c(extend_crc32c(99, first), extend_crc32c(0, second), second.size()) ==
            whole);
  }
}
