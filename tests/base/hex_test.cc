#include "base/hex.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

TEST_CASE("every byte becomes two lower-case digits and comes back") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(static_cast<unsigned char>(i));
  const std::string text = to_hex(bytes);
  CHECK(text.size() == 512);
  CHECK(text.substr(0, 4) == "0001");
  CHECK(text.substr(510) == "ff");
  const auto back = from_hex(text);
  REQUIRE(back);
  CHECK(std::string(back->begin(), back->end()) == bytes);
}

TEST_CASE("upper case is read, odd lengths and other characters are not") {
  CHECK(from_hex("Ab") == std::vector<std::uint8_t>{0xab});
  CHECK(from_hex("")->empty());
  for (const char* text : {"a", "abc", "0g", " 0", "0x", "-1"}) CHECK_FALSE(from_hex(text));
}

}  // namespace
}  // namespace secondlook
