#include "schema/journal_log/log_file.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/system_error.h"
#include "schema/journal_log/archive_format.h"

namespace secondlook {
namespace {

constexpr std::uint64_t kNoBlock = ~0ULL;
// Above it no memory is taken that the file's end leaves empty.
constexpr std::size_t kSmallRead = 32 << 10;

Result<std::uint64_t> size_of(int descriptor) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) return last_system_error("stat journal log");
  return static_cast<std::uint64_t>(facts.st_size);
}

Result<std::string> read_plain(int descriptor, std::uint64_t offset, std::size_t length) {
  if (length > kSmallRead) {
    const auto size = size_of(descriptor);
    if (!size) return size.error();
    length = static_cast<std::size_t>(
        std::min<std::uint64_t>(length, *size > offset ? *size - offset : 0));
  }
  std::string bytes(length, '\0');
  std::size_t filled = 0;
  while (filled < length) {
    const ssize_t count = ::pread(descriptor, bytes.data() + filled, length - filled,
                                  static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return last_system_error("read journal log");
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

// The block that was read last is kept: records are read one behind the other.
struct LogFile::Archive {
  std::uint64_t length = 0;
  std::uint64_t first_sequence = 0;
  std::vector<std::uint64_t> offsets;  // of each block, and where the last one ends
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context{ZSTD_createDCtx(),
                                                                  &ZSTD_freeDCtx};
  std::uint64_t loaded = kNoBlock;
  std::string block;
};

LogFile::LogFile(FileDescriptor file, std::unique_ptr<Archive> archive)
    : file_(std::move(file)), archive_(std::move(archive)) {}
LogFile::LogFile(LogFile&&) noexcept = default;
LogFile& LogFile::operator=(LogFile&&) noexcept = default;
LogFile::~LogFile() = default;

// An archive gets its name before the plain file loses its own: looked for in this order, one of
// the two is always found.
Result<LogFile> LogFile::open(int directory, const std::string& name, const LogName& log,
                              std::uint64_t number) {
  auto plain = open_file_at(directory, name, O_RDONLY);
  if (plain) return LogFile(std::move(*plain), nullptr);
  if (plain.error().kind != Error::Kind::not_found) return plain.error();
  auto archived = open_file_at(directory, archived_name(name), O_RDONLY);
  if (!archived && archived.error().kind == Error::Kind::not_found) return plain.error();
  if (!archived) return archived.error();
  auto opened = open_archive(std::move(*archived), log, number);
  return opened ? std::move(opened) : within(archived_name(name), opened.error());
}

Result<LogFile> LogFile::open_archive(FileDescriptor file, const LogName& log,
                                      std::uint64_t number) {
  const auto size = size_of(file.number());
  if (!size) return size.error();
  auto bytes = read_plain(file.number(), 0, kArchiveHeadBytes);
  if (!bytes) return bytes.error();
  const auto told = told_archive_head_length(*bytes);
  if (!told) return told.error();
  if (*told > *size) return malformed("archive: the table of blocks is cut");
  bytes = read_plain(file.number(), 0, static_cast<std::size_t>(*told));
  if (!bytes) return bytes.error();
  const auto head = decode_archive_head(*bytes, *size);
  if (!head) return head.error();
  if (head->log != log) return malformed("belongs to log " + to_uuid(head->log));
  if (head->number != number) return malformed("holds another file's bytes");
  auto archive = std::make_unique<Archive>();
  if (archive->context == nullptr) return temporary("archive: no memory");
  archive->length = head->length;
  archive->first_sequence = head->first_sequence;
  archive->offsets.push_back(*told);
  for (const std::uint32_t block : head->blocks)
    archive->offsets.push_back(archive->offsets.back() + block);
  return LogFile(std::move(file), std::move(archive));
}

std::uint64_t LogFile::first_sequence() const {
  return archive_ ? archive_->first_sequence : 0;
}

Result<std::uint64_t> LogFile::size() const {
  return archive_ ? Result<std::uint64_t>(archive_->length) : size_of(file_.number());
}

// The output has room for what the block must hold and no byte more, whatever its frame declares.
Result<void> LogFile::load_block(std::uint64_t block) const {
  Archive& archive = *archive_;
  if (archive.loaded == block) return {};
  archive.loaded = kNoBlock;
  const std::uint64_t from = archive.offsets[block];
  const auto compressed =
      read_plain(file_.number(), from, static_cast<std::size_t>(archive.offsets[block + 1] - from));
  if (!compressed) return compressed.error();
  archive.block.resize(
      static_cast<std::size_t>(std::min(kArchiveBlock, archive.length - block * kArchiveBlock)));
  const std::size_t filled =
      ZSTD_decompressDCtx(archive.context.get(), archive.block.data(), archive.block.size(),
                          compressed->data(), compressed->size());
  if (ZSTD_isError(filled) != 0 || filled != archive.block.size())
    std::fill(archive.block.begin(), archive.block.end(), '\xFF');
  archive.loaded = block;
  return {};
}

Result<std::string> LogFile::read_at(std::uint64_t offset, std::size_t length) const {
  if (!archive_) return read_plain(file_.number(), offset, length);
  std::string bytes;
  while (bytes.size() < length && offset < archive_->length) {
    const std::uint64_t block = offset / kArchiveBlock;
    if (auto loaded = load_block(block); !loaded) return loaded.error();
    const std::size_t before = bytes.size();
    bytes.append(archive_->block, static_cast<std::size_t>(offset % kArchiveBlock),
                 length - before);
    offset += bytes.size() - before;
  }
  return bytes;
}

Result<FileDescriptor> LogFile::copy_to_memory(std::uint64_t offset, std::uint64_t length) const {
  if (length > kLongestLent) return malformed("archive: longer than a report can be");
  FileDescriptor memory(::memfd_create("archived report", MFD_CLOEXEC));
  if (!memory.is_open()) return last_system_error("memory for an archived report");
  for (std::uint64_t done = 0; done < length;) {
    const auto part =
        read_at(offset + done, static_cast<std::size_t>(std::min(length - done, kArchiveBlock)));
    if (!part) return part.error();
    if (part->empty()) return malformed("archive: ends inside the report");
    if (auto written = write_fully_at(memory.number(), *part, done); !written)
      return written.error();
    done += part->size();
  }
  return memory;
}

}  // namespace secondlook
