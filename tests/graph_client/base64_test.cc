#include "graph_client/base64.h"

#include <catch2/catch.hpp>

namespace secondlook {

TEST_CASE("base64url has no padding and no character that a URL would change") {
  CHECK(base64url("") == "");
  CHECK(base64url("f") == "Zg");
  CHECK(base64url("fo") == "Zm8");
  CHECK(base64url("foo") == "Zm9v");
  CHECK(base64url("foobar") == "Zm9vYmFy");
  CHECK(base64url("\xfb\xff\xfe") == "-__-");
}

TEST_CASE("base64 is read in both alphabets, padded or not, and nothing else") {
  CHECK(decode_base64_of_either_kind("Zm8=") == "fo");
  CHECK(decode_base64_of_either_kind("Zm8") == "fo");
  CHECK(decode_base64_of_either_kind("+//+") == "\xfb\xff\xfe");
  CHECK(decode_base64_of_either_kind("-__-") == "\xfb\xff\xfe");
  CHECK(decode_base64_of_either_kind("") == "");
  for (const char* const text : {"Z", "Zm9vY", "Zm 8", "Zm=8", "Zm8\n", "\xff\xff"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_base64_of_either_kind(text).has_value());
  }
}

}  // namespace secondlook
