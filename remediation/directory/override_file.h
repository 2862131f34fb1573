// Overrides as a file that people and spreadsheets write: CSV (RFC 4180), UTF-8, with a heading.
//
//   address,setting,note
//   soc@contoso.example,protect,watches this service
//   all-hands@contoso.example,group,a dynamic list
//
// setting: include, exclude, protect, external, group, contact or public_folder. Empty lines and
// those beginning with # are passed over. An apostrophe that spreadsheets need in front of an
// address beginning with = + - or @ is taken off.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/store/directory.h"

namespace secondlook {

inline constexpr std::size_t kLargestOverrideFile = 512 << 10;
inline constexpr std::size_t kMostOverrides = 10'000;

// malformed, with the line: no heading, an unknown setting, what is no address, an address that
// stands twice, control characters, more than there may be. Nothing is taken then.
Result<std::vector<DirectoryOverride>> parse_overrides(std::string_view csv);

}  // namespace secondlook
