#include "base/sha256.h"

#include <string>

#include <catch2/catch.hpp>

#include "base/hex.h"

namespace secondlook {
namespace {

std::string hex_of(std::string_view bytes) {
  return to_hex(sha256(bytes));
}

// Examples of FIPS 180-4, as NIST publishes them beside it.
TEST_CASE("sha256 gives what the standard's examples say") {
  CHECK(hex_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hex_of(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256 hashes nothing, and nothing is left of the piece before") {
  const std::string empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  CHECK(hex_of("") == empty);
  hex_of("abc");
  CHECK(hex_of({}) == empty);
}

}  // namespace
}  // namespace secondlook
