#include "tests/bench/written_file.h"

#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace secondlook {
namespace {

constexpr std::size_t kFileBytes = std::size_t{256} << 20U;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

}  // namespace

WrittenFile::WrittenFile(const std::string& directory)
    : file_(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) {
  if (!file_.is_open()) give_up("written file: open");
  const std::string zeros(std::size_t{1} << 20U, '\0');
  for (std::size_t written = 0; written < kFileBytes; written += zeros.size())
    if (::write(file_.number(), zeros.data(), zeros.size()) != static_cast<ssize_t>(zeros.size()))
      give_up("written file: write");
  if (::fsync(file_.number()) != 0) give_up("written file: sync");
}

void WrittenFile::overwrite_and_sync(std::span<const iovec> parts, std::size_t bytes) {
  if (offset_ + bytes > kFileBytes) offset_ = 0;
  if (::pwritev(file_.number(), parts.data(), static_cast<int>(parts.size()),
                static_cast<off_t>(offset_)) != static_cast<ssize_t>(bytes) ||
      ::fdatasync(file_.number()) != 0)
    give_up("written file: group");
  offset_ += bytes;
}

}  // namespace secondlook
