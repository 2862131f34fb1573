// How well a judge that sees nothing of a mail but the names of its header fields tells phish from
// ham. What it finds, no filter has earned: names tell how a collection was made.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

using HeaderNames = std::set<std::string>;  // lower case, of the mail's own header
HeaderNames header_names(std::string_view mail);

struct NameRate {
  std::string name;
  double in_phish = 0, in_ham = 0;  // share of mails that have such a field
};

// The `most` names whose rates differ the most, the greatest difference first.
std::vector<NameRate> most_telling_names(const std::vector<HeaderNames>& phish,
                                         const std::vector<HeaderNames>& ham, std::size_t most);

// Naive Bayes over the names' presence. Each half of the mails is judged by what the other taught.
struct NamesJudge {
  std::vector<double> phish_scores, ham_scores;
};
NamesJudge judge_by_names(const std::vector<HeaderNames>& phish,
                          const std::vector<HeaderNames>& ham);

}  // namespace secondlook
