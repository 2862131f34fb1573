// Where a link leads that is hidden in another link (Mail::SpamAssassin::Conf, redirector_pattern):
//   redirector_pattern m{^https?://www\.search\.example/url\?.*?q=(.*?)(?:$|[&\#])}i
// The first group is the target, as written there: "http://a.example/x", "a.example". URLs with
// their scheme are found in any link's query without such a pattern (message/rule_uris.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/mistake.h"
#include "analyzer/rule_engine/patterns/confirming_pattern.h"

namespace secondlook {

class EvalPatterns;

// Immutable when made; shared by threads and forks.
class Redirectors {
 public:
  // value: the directive's. The mistake's offset counts in it.
  std::optional<Mistake> add(std::string_view value);

  // Of the first pattern that finds one in `uri`; "" when none does. A target holds a dot. uri: as
  // plain_web_uri() writes it. What reaches a limit is noted in `patterns`.
  std::string target_in(std::string_view uri, EvalPatterns& patterns) const;

  bool is_empty() const { return patterns_.empty(); }
  // Quickly, whether target_in() may find something.
  bool may_lead_on(std::string_view uri) const;

 private:
  struct Redirector {
    ConfirmingPattern pattern;
    std::vector<std::string> needed;  // one of these stands in what it matches; empty: nothing does
  };
  std::vector<Redirector> patterns_;
};

// What is looked at in one mail: links that may lead on, and targets of targets.
inline constexpr std::size_t kMostRedirects = 2'000;
inline constexpr int kDeepestRedirect = 3;

// `uris` with the targets that are hidden in them, in every form (message/rule_uris.h), in byte
// order; nothing when there are none. Beyond the limits patterns.note_limit().
std::optional<std::vector<std::string>> uris_with_targets(const std::vector<std::string>& uris,
                                                          const Redirectors& redirectors,
                                                          EvalPatterns& patterns);

}  // namespace secondlook
