#include "journal_ingest/recording_lag.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

Timestamp at(std::int64_t milliseconds) {
  return Timestamp(std::chrono::milliseconds(1'795'000'000'000 + milliseconds));
}

}  // namespace

TEST_CASE("the oldest report that is not recorded says since when") {
  RecordingLag lag(0, at(0));
  CHECK_FALSE(lag.oldest());
  lag.written(3, at(1'000));
  lag.written(5, at(5'000));
  CHECK(lag.oldest() == at(1'000));
  lag.recorded(2);
  CHECK(lag.oldest() == at(1'000));
  lag.recorded(3);
  CHECK(lag.oldest() == at(5'000));
  lag.recorded(9);
  CHECK_FALSE(lag.oldest());
}

TEST_CASE("what came in one second waits since its beginning") {
  RecordingLag lag(0, at(0));
  lag.written(1, at(0));
  lag.written(2, at(999));
  lag.recorded(1);
  CHECK(lag.oldest() == at(0));
  lag.recorded(2);
  CHECK_FALSE(lag.oldest());
}

TEST_CASE(
    "what the log held at the start waits since the start, and a clock set back does no harm") {
  RecordingLag lag(7, at(2'000));
  CHECK(lag.oldest() == at(2'000));
  lag.written(8, at(1'000));
  lag.recorded(7);
  CHECK(lag.oldest() == at(1'000));
}
