// A mail as printable text that is safe to carry in JSON and to keep in a database by processes
// that parse no mail: zstd, then base64.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace secondlook {

std::string pack_mail(std::string_view mail);

// malformed: no base64, no zstd, or more than `most_bytes` unpacked (what a frame's own header says
// is not believed).
Result<std::string> unpack_mail(std::string_view packed, std::size_t most_bytes);

}  // namespace secondlook
