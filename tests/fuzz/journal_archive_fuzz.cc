// An archived file of the journal log, its head made valid where the input has room for one: it is
// opened or refused, and reads as so many bytes as it says, with bounded memory.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/mman.h>

#include "base/file_descriptor.h"
#include "schema/journal_log/archive_format.h"
#include "schema/journal_log/log_file.h"

using namespace secondlook;

namespace {

constexpr std::uint64_t kMostRead = 4 << 20;

void read(const std::string& bytes, const LogName& log) {
  FileDescriptor file(::memfd_create("archive", MFD_CLOEXEC));
  if (!write_fully_at(file.number(), bytes, 0)) std::abort();
  const auto opened = LogFile::open_archive(std::move(file), log, 1);
  if (!opened) return;
  const std::uint64_t length = std::min(opened->size().value(), kMostRead);
  const auto content = opened->read_at(0, length);
  if (!content || content->size() != length) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const LogName log = *parse_log_name("6f3c1a52-0d1e-4c7b-9a55-2b1f00c0ffee");
  const std::string input(reinterpret_cast<const char*>(data), size);
  read(input, log);
  if (size < 3) return 0;
  ArchiveHead head{log, 1, 1 + (data[0] | std::uint64_t{data[1]} << 8) * 50, {}};
  const std::string blocks = input.substr(2);
  const std::uint64_t count = ArchiveHead::blocks_of(head.length);
  for (std::uint64_t i = 0; i < count; ++i)
    head.blocks.push_back(static_cast<std::uint32_t>(
        i + 1 < count ? blocks.size() / count : blocks.size() - blocks.size() / count * i));
  read(encode_archive_head(head) + blocks, log);
  return 0;
}
