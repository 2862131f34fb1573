#include "tests/bench/detection_quality/operating_point.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

std::vector<double> up_to(int last) {
  std::vector<double> scores;
  for (int i = 1; i <= last; ++i) scores.push_back(i);
  return scores;
}

}  // namespace

TEST_CASE("a share of ham that is less than one mail permits none") {
  const OperatingPoint point = point_at_share(up_to(2000), 0.0001);
  CHECK(point.ham_permitted == 0);
  CHECK(point.threshold == 2000);
  CHECK(count_above(up_to(2000), point.threshold) == 0);
}

TEST_CASE("no more ham than the share lies above the threshold, and not a mail less") {
  const OperatingPoint point = point_at_share(up_to(2000), 0.001);
  CHECK(point.ham_permitted == 2);
  CHECK(count_above(up_to(2000), point.threshold) == 2);
}

TEST_CASE("mails of equal score stand or fall together") {
  const std::vector<double> ham = {5, 3, 3, 3, 0, 0, 0, 0, 0, 0};
  CHECK(point_at_share(ham, 0.2).threshold == 3);
  CHECK(count_above(ham, 3) == 1);
  CHECK(point_at_share(ham, 0.4).threshold == 0);
}

TEST_CASE("where all ham may be found, or there is none, everything is found") {
  CHECK(count_above({-100}, point_at_share({1, 2}, 1).threshold) == 1);
  CHECK(count_above({-100}, point_at_share({}, 0.01).threshold) == 1);
}

TEST_CASE("pairs told apart: all, none, half of equal ones") {
  CHECK(pairs_told_apart({2, 3}, {0, 1}) == 1);
  CHECK(pairs_told_apart({0, 1}, {2, 3}) == 0);
  CHECK(pairs_told_apart({1, 1}, {1, 1}) == 0.5);
  CHECK(pairs_told_apart({2}, {1, 3}) == 0.5);
  CHECK(pairs_told_apart({}, {1}) == 0.5);
}

}  // namespace secondlook
