#include "analyzer/scorer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace secondlook {
namespace {

// Worst first: what counts towards one also counts towards those after it.
constexpr std::array<Disposition, 5> kDeciding = {Disposition::malicious, Disposition::suspicious,
                                                  Disposition::spoof, Disposition::spam,
                                                  Disposition::bulk};

// Rule files write at most three decimals; without this, ten times 0.1 misses a threshold of 1.
double to_thousandths(double sum) {
  return std::round(sum * 1000) / 1000;
}

}  // namespace

Decision decide(const std::vector<RuleHit>& hits, const Thresholds& thresholds) {
  std::array<double, 5> sums{};
  for (const RuleHit& hit : hits) {
    for (std::size_t i = 0; i < kDeciding.size(); ++i) {
      if (kDeciding[i] >= hit.disposition) sums[i] += hit.score;
    }
  }
  const std::array<double, 5> needed = {thresholds.malicious, thresholds.suspicious,
                                        thresholds.spoof, thresholds.spam, thresholds.bulk};
  Decision decision;
  decision.score = to_thousandths(*std::max_element(sums.begin(), sums.end()));
  for (std::size_t i = kDeciding.size(); i-- > 0;) {
    const double sum = to_thousandths(sums[i]);
    decision.scores[std::string(name_of(kDeciding[i]))] = sum;
    if (sum < needed[i]) continue;
    decision.disposition = kDeciding[i];
    decision.score = sum;
  }
  return decision;
}

}  // namespace secondlook
