// A list of MAPI properties as it stands in TNEF (MS-OXTNEF 2.1.3.4, attMsgProps and
// attAttachment): the values that a reader of mail needs, as views into the bytes given.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

// Types of values (MS-OXCDATA 2.11.1).
namespace mapi_type {
inline constexpr std::uint16_t kInteger = 0x0003, kObject = 0x000D, kString8 = 0x001E,
                               kUnicode = 0x001F, kBinary = 0x0102;
}  // namespace mapi_type

// Identities of properties (MS-OXPROPS).
namespace mapi_property {
inline constexpr std::uint16_t kSubject = 0x0037, kBody = 0x1000, kRtfCompressed = 0x1009,
                               kHtml = 0x1013, kDisplayName = 0x3001, kAttachData = 0x3701,
                               kAttachFileName = 0x3704, kAttachLongFileName = 0x3707,
                               kAttachMimeTag = 0x370E, kCodePage = 0x3FFD,
                               kInternetCodePage = 0x3FDE;
}  // namespace mapi_property

struct MapiProperty {
  std::uint16_t id = 0;    // 0 for a named property: none of them is wanted
  std::uint16_t type = 0;  // without the flag of several values
  std::string_view value;  // the first; padding dropped, of fixed types the little-endian number
};

// At most 10,000 properties of at most 10,000 values each. malformed: the list ends early, or holds
// a type that nobody knows, behind which nothing can be found; what was read before is in `read`.
Result<void> read_mapi_properties(std::string_view bytes, std::vector<MapiProperty>& read);

}  // namespace secondlook
