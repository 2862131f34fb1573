#include "tests/bench/detection_quality/operating_point.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace secondlook {

OperatingPoint point_at_share(std::vector<double> ham_scores, double share) {
  OperatingPoint point;
  // 0.001 of 2,000 is 1.9999… in binary.
  point.ham_permitted =
      static_cast<std::size_t>(share * static_cast<double>(ham_scores.size()) + 1e-9);
  if (point.ham_permitted >= ham_scores.size()) {
    point.threshold = -std::numeric_limits<double>::infinity();
    return point;
  }
  std::ranges::sort(ham_scores, std::greater<>());
  point.threshold = ham_scores[point.ham_permitted];
  return point;
}

std::size_t count_above(const std::vector<double>& scores, double threshold) {
  return static_cast<std::size_t>(
      std::ranges::count_if(scores, [&](double score) { return score > threshold; }));
}

double pairs_told_apart(const std::vector<double>& phish_scores, std::vector<double> ham_scores) {
  if (phish_scores.empty() || ham_scores.empty()) return 0.5;
  std::ranges::sort(ham_scores);
  double told = 0;
  for (const double score : phish_scores) {
    const auto equal = std::ranges::equal_range(ham_scores, score);
    told += static_cast<double>(equal.begin() - ham_scores.begin()) +
            static_cast<double>(equal.size()) / 2;
  }
  return told / static_cast<double>(phish_scores.size()) / static_cast<double>(ham_scores.size());
}

}  // namespace secondlook
