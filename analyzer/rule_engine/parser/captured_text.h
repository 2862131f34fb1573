// Text that one rule captures and others search for (Mail::SpamAssassin::Conf, "CAPTURING TAGS
// USING REGEX NAMED CAPTURE GROUPS"):
//   header __TO     To:addr =~ /(?<TO_ADDR>.+)/
//   uri    TO_IN_IT m{^https?://[^#]+\#%{TO_ADDR}}i
// Names are capitals and digits in words joined by "_". What a mail brings is searched for as it is
// written, never as a pattern.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/mistake.h"

namespace secondlook {

// What is kept of one mail for one name. Longer and further texts are left out, and it is told.
inline constexpr std::size_t kMostCapturedTexts = 16;
inline constexpr std::size_t kLongestCapturedText = 1024;  // bytes

bool is_captured_name(std::string_view name);

// A "%{NAME}" in an expression; not "\%{NAME}", which stands for itself.
struct TextPlace {
  std::size_t begin = 0, end = 0;
  std::string name;
  // Every match contains one of the texts: it stands in no group and no alternative, and is not
  // optional. False where that is not plain.
  bool is_needed = false;
};

// In their order. A mistake that is a limit: %{NAME(argument)}, which only SpamAssassin's own tags
// have, and a place inside [ ].
Parsed<std::vector<TextPlace>> find_text_places(std::string_view expression);

// The expression with a group of the same length in each place, so that offsets stay: to see
// whether it is a pattern at all.
std::string with_samples(std::string_view expression, const std::vector<TextPlace>& places);

// Matches wherever the expression matches, whatever is captured: for its guard.
std::string with_anything(std::string_view expression, const std::vector<TextPlace>& places);

// texts: for each place, at least one. Matches where one of them stands.
std::string with_texts(std::string_view expression, const std::vector<TextPlace>& places,
                       const std::vector<const std::vector<std::string>*>& texts);

}  // namespace secondlook
