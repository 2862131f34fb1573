// Files of any size, copied or read once, with their SHA-256.
#pragma once

#include <cstdint>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

struct HashedFile {
  std::uint64_t bytes = 0;
  std::string sha256;  // 64 lower-case hexadecimal digits
};

// Only regular files (else malformed). A symbolic link at the end of the path is followed or
// refused.
enum class Links { follow, refuse };
Result<FileDescriptor> open_regular_file(const std::string& path, Links links);

// Refuses links.
Result<HashedFile> hash_file(const std::string& path);
// From where `from` stands to its end, into the new file `to` of this mode, synced.
Result<HashedFile> copy_hashed(int from, const std::string& to, unsigned mode);

}  // namespace secondlook
