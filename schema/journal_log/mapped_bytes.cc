#include <utility>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_error.h"
#include "schema/journal_log/reader.h"

namespace secondlook {

// A mapping beyond the file's end would be a signal at the first touch: refused here instead.
Result<MappedBytes> MappedBytes::map(int descriptor, std::uint64_t offset, std::uint64_t length) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) return last_system_error("map");
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (offset > size || length > size - offset) return malformed("map: beyond the end of the file");
  MappedBytes mapped;
  if (length == 0) return mapped;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t lead = offset % page;
  mapped.mapped_ = static_cast<std::size_t>(length + lead);
  void* base = ::mmap(nullptr, mapped.mapped_, PROT_READ, MAP_PRIVATE, descriptor,
                      static_cast<off_t>(offset - lead));
  if (base == MAP_FAILED) return last_system_error("map");
  mapped.base_ = base;
  mapped.bytes_ = {static_cast<const char*>(base) + lead, static_cast<std::size_t>(length)};
  return mapped;
}

MappedBytes::MappedBytes(MappedBytes&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)),
      mapped_(other.mapped_),
      bytes_(std::exchange(other.bytes_, {})) {}

MappedBytes& MappedBytes::operator=(MappedBytes&& other) noexcept {
  std::swap(base_, other.base_);
  std::swap(mapped_, other.mapped_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedBytes::~MappedBytes() {
  if (base_ != nullptr) ::munmap(base_, mapped_);
}

}  // namespace secondlook
