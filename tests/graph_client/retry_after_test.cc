#include "graph_client/retry_after.h"

#include <catch2/catch.hpp>

#include "tests/support/manual_clock.h"

namespace secondlook {

using namespace std::chrono_literals;

namespace {
std::optional<std::chrono::milliseconds> parse(std::string_view value) {
  return parse_retry_after(value, ManualClock().now());
}
}  // namespace

TEST_CASE("Retry-After is read in seconds, with a fraction too") {
  CHECK(parse("120") == 120s);
  CHECK(parse("0") == 0s);
  CHECK(parse("2.128") == 2128ms);
  CHECK(parse(" 2.5\t") == 2500ms);
  CHECK(parse("0.0001") == 1ms);
  CHECK(parse(".5") == 500ms);
  CHECK(parse("3.") == 3s);
}

TEST_CASE("Retry-After is read as a date") {
  CHECK(parse("Sun, 22 Nov 2026 12:00:05 GMT") == 5s);
  CHECK(parse("Sun, 22 Nov 2026 11:59:00 GMT") == 0s);
}

TEST_CASE("no wait is longer than a day") {
  CHECK(parse("99999999999999999999") == 24h);
  CHECK(parse("86401") == 24h);
  CHECK(parse("Mon, 22 Nov 2027 12:00:00 GMT") == 24h);
}

TEST_CASE("what is neither a number nor a date is not guessed at") {
  for (const char* const value : {"", " ", ".", "-1", "+1", "1.2.3", "1e3", "0x10", "soon",
                                  "Sun, 22 Nov 2026 12:00:05 UTC", "Sun, 32 Nov 2026 12:00:05 GMT",
                                  "Sun, 22 Nov 2026 25:00:05 GMT", "Sun, 22 Nov 2026 -1:00:05 GMT",
                                  "Sunday, 22-Nov-26 12:00:05 GMT", "Sun Nov 22 12:00:05 2026"}) {
    CAPTURE(value);
    CHECK_FALSE(parse(value).has_value());
  }
}

}  // namespace secondlook
