#include "journal_ingest/files.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostParts = 512;  // IOV_MAX is 1,024

// Takes what was written off the front.
void advance(std::vector<iovec>& parts, std::size_t& first, std::size_t written) {
  while (first < parts.size() && written >= parts[first].iov_len) written -= parts[first++].iov_len;
  if (first == parts.size() || written == 0) return;
  parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + written;
  parts[first].iov_len -= written;
}

}  // namespace

Result<FileDescriptor> SystemFiles::make_unnamed(int directory) {
  return open_file_at(directory, ".", O_TMPFILE | O_RDWR, 0640);
}

Result<void> SystemFiles::write_at(int file, std::span<const std::string_view> parts,
                                   std::uint64_t offset) {
  std::vector<iovec> vectors;
  vectors.reserve(parts.size());
  for (const std::string_view part : parts)
    if (!part.empty()) vectors.push_back({const_cast<char*>(part.data()), part.size()});
  for (std::size_t first = 0; first < vectors.size();) {
    const auto count = static_cast<int>(std::min(vectors.size() - first, kMostParts));
    const ssize_t written = ::pwritev(file, &vectors[first], count, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_system_error("write");
    if (written == 0) return system_error("write", ENOSPC);
    offset += static_cast<std::uint64_t>(written);
    advance(vectors, first, static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> SystemFiles::reserve(int file, std::uint64_t offset, std::uint64_t length) {
  int result = 0;
  do {
    result = ::fallocate(file, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                         static_cast<off_t>(length));
  } while (result != 0 && errno == EINTR);
  if (result != 0 && errno != EOPNOTSUPP) return last_system_error("reserve space");
  return {};
}

Result<void> SystemFiles::truncate(int file, std::uint64_t length) {
  if (::ftruncate(file, static_cast<off_t>(length)) != 0) return last_system_error("truncate");
  return {};
}

// EINTR is not retried: after any failed sync nothing is known of what was written.
Result<void> SystemFiles::sync_data(int file) {
  if (::fdatasync(file) != 0) return last_system_error("fdatasync");
  return {};
}

Result<void> SystemFiles::sync_all(int file) {
  if (::fsync(file) != 0) return last_system_error("fsync");
  return {};
}

Result<void> SystemFiles::link(int unnamed, int directory, const std::string& name) {
  const std::string path = "/proc/self/fd/" + std::to_string(unnamed);
  if (::linkat(AT_FDCWD, path.c_str(), directory, name.c_str(), AT_SYMLINK_FOLLOW) == 0) return {};
  if (errno != ENOENT) return last_system_error("link " + name);
  // No /proc here (a bare chroot): the direct way, for which older kernels want a capability.
  if (::linkat(unnamed, "", directory, name.c_str(), AT_EMPTY_PATH) == 0) return {};
  return last_system_error("link " + name);
}

Result<void> SystemFiles::unlink(int directory, const std::string& name) {
  if (::unlinkat(directory, name.c_str(), 0) != 0 && errno != ENOENT)
    return last_system_error("unlink " + name);
  return {};
}

}  // namespace secondlook
