#include "analyzer/extract/shared_memory.h"

#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {

Result<SharedMemory> SharedMemory::make(std::size_t size) {
  FileDescriptor file(::memfd_create("attached file", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.is_open()) return last_system_error("memfd");
  if (::ftruncate(file.number(), static_cast<off_t>(size)) != 0)
    return last_system_error("size of a memfd");
  void* start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number(), 0);
  if (start == MAP_FAILED) return last_system_error("mapping of a memfd");
  SharedMemory memory(std::move(file), static_cast<char*>(start), size);
  if (::fcntl(memory.descriptor(), F_ADD_SEALS,
              F_SEAL_FUTURE_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
    return last_system_error("seal");
  return memory;
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : file_(std::move(other.file_)),
      start_(std::exchange(other.start_, nullptr)),
      size_(other.size_) {}

SharedMemory::~SharedMemory() {
  if (start_ != nullptr) ::munmap(start_, size_);
}

void SharedMemory::put(std::string_view bytes) {
  std::memcpy(start_, bytes.data(), bytes.size());
}

}  // namespace secondlook
