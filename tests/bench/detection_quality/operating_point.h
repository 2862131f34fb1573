// What is found when so much honest mail, and no more, may be found with it.
#pragma once

#include <cstddef>
#include <vector>

namespace secondlook {

// Mails whose score lies above `threshold` count as found.
struct OperatingPoint {
  double threshold = 0;
  std::size_t ham_permitted = 0;  // whole mails that the share stands for
};

// The lowest threshold above which at most `share` (0 to 1) of the ham lies. Mails of equal score
// stand or fall together, so that it may be fewer.
OperatingPoint point_at_share(std::vector<double> ham_scores, double share);

std::size_t count_above(const std::vector<double>& scores, double threshold);

// In how many of all pairs of a phish and a ham the phish has the higher score; equal ones count
// half. 0.5: the score tells nothing; 1: everything.
double pairs_told_apart(const std::vector<double>& phish_scores, std::vector<double> ham_scores);

}  // namespace secondlook
