// Addresses as plans compare them: lower case (ASCII only; RFC 6531 local parts keep their bytes).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

std::string lower_case(std::string_view text);

// What follows the last '@', lower case; empty when there is none.
std::string domain_of(std::string_view address);

// Both sides are expected in lower case.
bool contains(const std::vector<std::string>& list, std::string_view entry);

}  // namespace secondlook
