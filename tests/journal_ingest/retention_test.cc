#include "journal_ingest/retention.h"

#include <catch2/catch.hpp>

using namespace secondlook;
using Names = std::vector<std::string>;

namespace {

constexpr Timestamp at_day(int day) {
  return Timestamp(std::chrono::days(day));
}

// Three segments of 100 kB with two records each, opened a day apart; record 3 has its own file.
void fill(Retention& retention) {
  for (int i = 0; i < 3; ++i) {
    const auto number = static_cast<std::uint64_t>(i + 1);
    retention.add_segment({number, number * 2 - 1, at_day(i), 0});
    if (i == 1) retention.add_report_file(3, 5'000'000);
    retention.add_records(number * 2, 100'000);
  }
}

}  // namespace

TEST_CASE("a segment is freed when all in it is recorded, the newest never") {
  Retention retention({});
  fill(retention);
  CHECK(retention.take_freeable(at_day(9)).empty());
  retention.set_recorded(1);
  CHECK(retention.take_freeable(at_day(9)).empty());
  retention.set_recorded(2);
  CHECK(retention.take_freeable(at_day(9)) == Names{"0000000001.segment"});
  retention.set_recorded(6);
  CHECK(retention.take_freeable(at_day(9)) ==
        Names{"00000000000000000003.report", "0000000002.segment"});
  CHECK(retention.take_freeable(at_day(9)).empty());
}

TEST_CASE("bytes count as unrecorded until the mark passes them, and the mark never goes back") {
  Retention retention({});
  fill(retention);
  CHECK(retention.unrecorded_bytes() == 5'300'000);
  retention.set_recorded(3);
  CHECK(retention.unrecorded_bytes() == 200'000);
  retention.set_recorded(1);
  CHECK(retention.unrecorded_bytes() == 200'000);
  retention.set_recorded(6);
  CHECK(retention.unrecorded_bytes() == 0);
}

TEST_CASE("a mark ahead of the log frees nothing") {
  Retention retention({});
  fill(retention);
  CHECK_FALSE(retention.set_recorded(7));
  CHECK(retention.take_freeable(at_day(9)).empty());
  CHECK(retention.unrecorded_bytes() == 5'300'000);
  CHECK(retention.set_recorded(6));
}

TEST_CASE("an archive keeps what is recorded for its days") {
  Retention retention({std::chrono::days(3), 1'000'000'000});
  fill(retention);
  retention.set_recorded(6);
  CHECK(retention.take_freeable(at_day(4)).empty());
  CHECK(retention.take_freeable(at_day(5)) == Names{"0000000001.segment"});
  CHECK(retention.take_freeable(at_day(6)) ==
        Names{"00000000000000000003.report", "0000000002.segment"});
}

TEST_CASE("an archive larger than its bound loses its oldest first") {
  Retention retention({std::chrono::days(30), 5'150'000});
  fill(retention);
  retention.set_recorded(6);
  CHECK(retention.take_freeable(at_day(3)) == Names{"0000000001.segment"});
}

TEST_CASE("what was found at the start counts as unrecorded until the mark says otherwise") {
  Retention retention({});
  retention.restore({{4, 10, at_day(0), 1000}, {5, 20, at_day(1), 2000}}, {{12, {70'000}}}, 25);
  CHECK(retention.unrecorded_bytes() == 73'000);
  retention.set_recorded(19);
  CHECK(retention.unrecorded_bytes() == 2000);
  CHECK(retention.take_freeable(at_day(2)) ==
        Names{"00000000000000000012.report", "0000000004.segment"});
}
