// Mail::SpamAssassin::Plugin::ReplaceTags: <A> in the patterns of named rules stands for the
// expression that `replace_tag A …` gave it; <pre X>, <post X> and <inter X> put one before, after
// or between all tags of the pattern.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace secondlook {

struct ReplaceTags {
  using Table = std::map<std::string, std::string, std::less<>>;
  Table tags, before, after, between;

  // The expression with its tags replaced; unknown tags stay as they are. Tags may stand for
  // expressions with tags: at most six rounds, at most 256 KiB.
  std::string expand(std::string_view expression) const;
};

}  // namespace secondlook
