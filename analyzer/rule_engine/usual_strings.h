// What nearly every text of a kind holds, so that finding it there tells nothing: guards look for
// something else of a pattern where they can.
#pragma once

#include <span>
#include <string_view>

#include "analyzer/rule_engine/searched_text.h"

namespace secondlook {

// In lower case; none for texts that are anything (body, a Subject).
std::span<const std::string_view> usual_strings(const TextSource& source);

}  // namespace secondlook
