// From hits to the disposition (DESIGN 4, "Scoring"): one sum per disposition, cumulative downward
// (what counts towards malicious also counts towards suspicious, spoof, spam, bulk); the first of
// malicious, suspicious, spoof, spam, bulk whose sum reaches its threshold decides, else clean.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schema/configuration.h"
#include "schema/verdict.h"

namespace secondlook {

struct Decision {
  Disposition disposition = Disposition::clean;
  double score = 0;                      // the deciding sum; for clean the largest sum
  std::map<std::string, double> scores;  // all five
};

Decision decide(const std::vector<RuleHit>& hits, const Thresholds& thresholds);

}  // namespace secondlook
