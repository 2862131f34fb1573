// Makes a large pattern small: PCRE2 holds 64 Ki units of a compiled pattern, which expanded rule
// tags exceed. Groups that are written, or repeated, several times are written once and called:
//   (?:a|b)x(?:a|b)   ->   (?&shared0)x(?&shared0)(?(DEFINE)(?<shared0>(?:a|b)))
// The pattern matches the same (PCRE2 10.30 and later go back into what was called).
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

// The expression itself when it has nothing to share, or flags, conditions or calls inside.
std::string with_shared_groups(std::string_view expression);

}  // namespace secondlook
