#include "journal_ingest/archive_writer.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include "base/system_error.h"
#include "schema/journal_log/archive_format.h"
#include "schema/journal_log/log_file.h"

namespace secondlook {
namespace {

constexpr int kLevel = 3;
constexpr std::uint64_t kSyncEvery = 4 << 20;  // small enough to share the disk with the commits

using Compressor = std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)>;

Result<std::string> compress_block(ZSTD_CCtx* compressor, std::string_view plain) {
  std::string compressed(ZSTD_compressBound(plain.size()), '\0');
  const std::size_t length =
      ZSTD_compress2(compressor, compressed.data(), compressed.size(), plain.data(), plain.size());
  if (ZSTD_isError(length) != 0) return internal(ZSTD_getErrorName(length));
  compressed.resize(length);
  return compressed;
}

Result<void> write_one(Files& files, int file, std::string_view bytes, std::uint64_t offset) {
  const std::array<std::string_view, 1> parts = {bytes};
  return files.write_at(file, parts, offset);
}

// The blocks behind where head and table will stand; gives the head, and the file's end in
// `offset`.
Result<ArchiveHead> write_blocks(Files& files, int file, const LogFile& plain,
                                 std::uint64_t& offset, const std::atomic<bool>& stopping) {
  const Compressor compressor(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  if (compressor == nullptr) return temporary("no memory to compress");
  ZSTD_CCtx_setParameter(compressor.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(compressor.get(), ZSTD_c_checksumFlag, 1);
  const auto length = plain.size();
  if (!length) return length.error();
  ArchiveHead head;
  head.length = *length;
  std::uint64_t synced = offset = archive_head_length(ArchiveHead::blocks_of(*length));
  for (std::uint64_t at = 0; at < *length; at += kArchiveBlock) {
    if (stopping) return temporary("stopping");
    const std::uint64_t wanted = std::min(kArchiveBlock, *length - at);
    const auto bytes = plain.read_at(at, static_cast<std::size_t>(wanted));
    if (!bytes) return bytes.error();
    if (bytes->size() != wanted) return temporary("the file became shorter");
    const auto block = compress_block(compressor.get(), *bytes);
    if (!block) return block.error();
    if (auto done = write_one(files, file, *block, offset); !done) return done.error();
    head.blocks.push_back(static_cast<std::uint32_t>(block->size()));
    offset += block->size();
    if (offset - synced < kSyncEvery) continue;
    if (auto done = files.sync_data(file); !done) return done.error();
    synced = offset;
  }
  return head;
}

Result<void> compare(const LogFile& plain, const LogFile& archive) {
  const auto length = plain.size();
  if (!length) return length.error();
  for (std::uint64_t at = 0; at < *length; at += kArchiveBlock) {
    const auto one = plain.read_at(at, kArchiveBlock);
    if (!one) return one.error();
    const auto other = archive.read_at(at, kArchiveBlock);
    if (!other) return other.error();
    if (*one != *other) return internal("the archive is not what was compressed");
  }
  return {};
}

ArchiveHead about(std::uint64_t number, std::uint64_t first_sequence) {
  ArchiveHead head;
  head.number = number;
  head.first_sequence = first_sequence;
  return head;
}

}  // namespace

Result<std::uint64_t> ArchiveWriter::compress_file(const std::string& name, ArchiveHead about,
                                                   const std::atomic<bool>& stopping) {
  const auto plain = LogFile::open(directory_, name, log_, about.number);
  if (!plain) return plain.error();
  if (plain->is_archived()) return not_found(name);
  auto file = files_.make_unnamed(directory_);
  if (!file) return file.error();
  std::uint64_t end = 0;
  auto head = write_blocks(files_, file->number(), *plain, end, stopping);
  if (!head) return head.error();
  about.log = log_;
  about.length = head->length;
  about.blocks = std::move(head->blocks);
  auto done = write_one(files_, file->number(), encode_archive_head(about), 0);
  if (done) done = files_.sync_all(file->number());
  if (!done) return done.error();
  auto again = FileDescriptor(::fcntl(file->number(), F_DUPFD_CLOEXEC, 0));
  if (!again.is_open()) return last_system_error("archive");
  const auto archive = LogFile::open_archive(std::move(again), log_, about.number);
  if (!archive) return archive.error();
  if (auto same = compare(*plain, *archive); !same) return same.error();
  // What an earlier attempt left, if it was stopped before all had their names.
  done = files_.unlink(directory_, archived_name(name));
  if (done) done = files_.link(file->number(), directory_, archived_name(name));
  if (!done) return done.error();
  return end;
}

Result<ArchivedSegment> ArchiveWriter::compress_all(const SegmentToArchive& segment,
                                                    const std::atomic<bool>& stopping) {
  ArchivedSegment archived;
  for (const std::uint64_t sequence : segment.reports) {
    const auto bytes = compress_file(report_file_name(sequence), about(sequence, 0), stopping);
    if (!bytes) return within(report_file_name(sequence), bytes.error());
    archived.report_bytes[sequence] = *bytes;
  }
  const std::string name = segment_file_name(segment.number);
  const auto bytes = compress_file(name, about(segment.number, segment.first_sequence), stopping);
  if (!bytes) return within(name, bytes.error());
  archived.bytes = *bytes;
  if (auto synced = files_.sync_all(directory_); !synced) return synced.error();
  return archived;
}

// What a failed attempt has named would outlive the plain file when that is freed.
Result<ArchivedSegment> ArchiveWriter::compress(const SegmentToArchive& segment,
                                                const std::atomic<bool>& stopping) {
  auto archived = compress_all(segment, stopping);
  if (archived) return archived;
  for (const std::uint64_t sequence : segment.reports)
    [[maybe_unused]] const auto gone =
        files_.unlink(directory_, archived_name(report_file_name(sequence)));
  [[maybe_unused]] const auto gone =
      files_.unlink(directory_, archived_name(segment_file_name(segment.number)));
  return archived;
}

Result<void> ArchiveWriter::unlink_plain(const SegmentToArchive& segment) {
  Result<void> done = files_.unlink(directory_, segment_file_name(segment.number));
  for (const std::uint64_t sequence : segment.reports)
    if (done) done = files_.unlink(directory_, report_file_name(sequence));
  return done;
}

}  // namespace secondlook
