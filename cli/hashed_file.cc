#include "cli/hashed_file.h"

#include <array>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/system_error.h"

namespace secondlook {
namespace {

// Hands over the file piece by piece; hashes what it hands over.
template <typename Take>
Result<HashedFile> read_hashed(int from, Take take) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(),
                                                                     &EVP_MD_CTX_free);
  if (hash == nullptr || EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) != 1)
    return internal("SHA-256 is not to be had");
  HashedFile file;
  std::vector<char> piece(1 << 20);
  for (;;) {
    const ssize_t got = ::read(from, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return last_system_error("read");
    if (got == 0) break;
    const auto size = static_cast<std::size_t>(got);
    EVP_DigestUpdate(hash.get(), piece.data(), size);
    file.bytes += size;
    if (Result<void> taken = take(std::string_view(piece.data(), size)); !taken)
      return taken.error();
  }
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_DigestFinal_ex(hash.get(), digest.data(), &length);
  file.sha256 = to_hex(std::span<const std::uint8_t>(digest.data(), length));
  return file;
}

}  // namespace

Result<FileDescriptor> open_regular_file(const std::string& path, Links links) {
  auto file = open_file(path, O_RDONLY | O_NONBLOCK | (links == Links::refuse ? O_NOFOLLOW : 0));
  if (!file) return file;
  struct stat status {};
  if (::fstat(file->number(), &status) != 0) return last_system_error(path);
  if (!S_ISREG(status.st_mode)) return malformed(path + ": no regular file");
  return file;
}

Result<HashedFile> hash_file(const std::string& path) {
  const auto file = open_regular_file(path, Links::refuse);
  if (!file) return file.error();
  auto hashed = read_hashed(file->number(), [](std::string_view) { return Result<void>(); });
  if (!hashed) return within(path, hashed.error());
  return hashed;
}

Result<HashedFile> copy_hashed(int from, const std::string& to, unsigned mode) {
  const auto file = open_file(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  if (!file) return file.error();
  auto copied =
      read_hashed(from, [&](std::string_view piece) { return write_fully(file->number(), piece); });
  if (copied && ::fchmod(file->number(), mode) != 0) copied = last_system_error("chmod");
  if (copied && ::fsync(file->number()) != 0) copied = last_system_error("fsync");
  if (!copied) return within(to, copied.error());
  return copied;
}

}  // namespace secondlook
