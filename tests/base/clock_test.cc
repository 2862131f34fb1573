#include "base/clock.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

std::string again(std::string_view text) {
  const auto time = parse_rfc3339(text);
  return time ? format_rfc3339(*time) : "none";
}

TEST_CASE("a time is written in UTC with microseconds and read back") {
  CHECK(again("2026-11-22T13:07:27.123456Z") == "2026-11-22T13:07:27.123456Z");
  CHECK(again("1969-12-31T23:59:59.999999Z") == "1969-12-31T23:59:59.999999Z");
  CHECK(again("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00.000000Z");
}

TEST_CASE("an offset is taken away, a fraction of any length is read, a bare date is midnight") {
  CHECK(again("2026-11-22T10:00:00+09:00") == "2026-11-22T01:00:00.000000Z");
  CHECK(again("2026-11-22T23:30:00-01:45") == "2026-11-23T01:15:00.000000Z");
  CHECK(again("2026-11-22t10:00:00.5z") == "2026-11-22T10:00:00.500000Z");
  CHECK(again("2026-11-22T10:00:00.123456789Z") == "2026-11-22T10:00:00.123456Z");
  CHECK(again("2026-11-22") == "2026-11-22T00:00:00.000000Z");
}

TEST_CASE("what is no time is refused") {
  for (const char* text : {"",
                           "2026",
                           "2026-11",
                           "2026-13-01",
                           "2026-02-29",
                           "2026-11-22T",
                           "2026-11-22T10:00Z",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T10:60:00Z",
                           "2026-11-22T10:00:61Z",
                           "2026-11-22T10:00:00",
                           "2026-11-22T10:00:00.Z",
                           "2026-11-22T10:00:00Zx",
                           "2026-11-22T10:00:00+24:00",
                           "2026-11-22T10:00:00+09",
                           "-026-11-22",
                           "2026-+1-22",
                           "2026-11-22T-1:00:00Z",
                           " 2026-11-22",
                           "2026-11-22T10:00:00.1234567890Z"}) {
    INFO(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("the system's clocks go forward") {
  const SystemClock clock;
  CHECK(clock.now() > *parse_rfc3339("2024-01-01"));
  const auto before = clock.steady();
  CHECK(clock.steady() >= before);
}

}  // namespace
}  // namespace secondlook
