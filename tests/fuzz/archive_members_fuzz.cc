#include <cstdint>
#include <cstdlib>
#include <string>

#include "analyzer/message/archive_members.h"
#include "analyzer/message/file_type.h"

// The first byte says what the rest is taken for, so that a spoilt beginning is read on. The limits
// hold whatever the bytes say.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  static const char* const kTypes[] = {
      "application/zip",  "application/x-tar",   "application/x-iso9660-image",
      "application/gzip", "application/x-bzip2", "application/x-xz",
      "application/zstd"};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool wants_all = (data[0] & 0x80U) != 0;
  ArchiveLimits limits;
  limits.most_members = 200;
  limits.most_bytes = 4 << 20;
  limits.most_bytes_of_member = 1 << 20;
  std::size_t members = 0;
  ArchiveReader reader([wants_all](std::string_view, std::string_view) { return wants_all; },
                       limits);
  reader.read(bytes, kTypes[(data[0] & 0x7FU) % 7],
              [&](const ArchiveMember& member, std::string_view content) {
                if (++members > limits.most_members) std::abort();
                if (content.size() > limits.most_bytes_of_member) std::abort();
                if (member.encrypted && !content.empty()) std::abort();
              });
  return 0;
}
