#include "schema/journal_log/segment_file.h"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_error.h"
#include "schema/journal_log/crc32c.h"

namespace secondlook {
namespace {

constexpr std::size_t kFirstRead = 32 << 10;  // holds most records whole
constexpr std::size_t kNextRead = 1 << 20;

// Checksum of `length` bytes from `offset` on; malformed when the file ends before.
Result<std::uint32_t> checksum(const LogFile& file, std::uint64_t offset, std::uint64_t length,
                               std::uint32_t so_far) {
  if (length == 0) return so_far;
  const auto size = file.size();
  if (!size) return size.error();
  if (offset > *size || length > *size - offset)
    return malformed("the file ends inside the record");
  while (length > 0) {
    auto bytes =
        file.read_at(offset, static_cast<std::size_t>(std::min<std::uint64_t>(length, kNextRead)));
    if (!bytes) return bytes.error();
    if (bytes->empty()) return malformed("the file ends inside the record");
    so_far = extend_crc32c(so_far, *bytes);
    offset += bytes->size();
    length -= bytes->size();
  }
  return so_far;
}

Result<std::vector<std::uint64_t>> list_numbers(
    int directory, const std::function<std::optional<std::uint64_t>(std::string_view)>& parse) {
  auto own = open_file_at(directory, ".", O_RDONLY | O_DIRECTORY);
  if (!own) return own.error();
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(own->number()), &::closedir);
  if (entries == nullptr) return last_system_error("list journal log");
  own->release();
  std::vector<std::uint64_t> numbers;
  while (const dirent* entry = ::readdir(entries.get()))
    if (const auto number = parse(entry->d_name)) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

}  // namespace

std::uint64_t StoredRecord::report_offset() const {
  return header.report_in_own_file ? 0 : offset + kRecordHeaderBytes + header.envelope_length;
}

SegmentFile::SegmentFile(LogFile file, SegmentHeader header)
    : file_(std::move(file)), header_(header), seed_(checksum_seed(header.log, header.segment)) {}

Result<SegmentFile> SegmentFile::open(int directory, std::uint64_t number, const LogName& log) {
  const std::string name = segment_file_name(number);
  auto file = LogFile::open(directory, name, log, number);
  if (!file) return file.error();
  auto bytes = file->read_at(0, kSegmentHeaderBytes);
  if (!bytes) return within(name, bytes.error());
  auto header = decode_segment_header(*bytes);
  // Damage in an archive's first block must not cost the records of the others.
  if (!header && file->is_archived() && file->first_sequence() > 0)
    header = SegmentHeader{log, number, file->first_sequence(), Timestamp()};
  if (!header) return within(name, header.error());
  if (header->log != log) return malformed(name + ": belongs to log " + to_uuid(header->log));
  if (header->segment != number) return malformed(name + ": holds another segment's bytes");
  return SegmentFile(std::move(*file), *header);
}

Result<StoredRecord> SegmentFile::record_at(std::uint64_t offset) const {
  auto start = file_.read_at(offset, kFirstRead);
  if (!start) return start.error();
  auto header = decode_record_header(*start);
  if (!header) return header.error();
  if (header->log != header_.log) return malformed("a record of another log");
  const std::size_t head_length = kRecordHeaderBytes + header->envelope_length;
  if (start->size() < head_length) {  // a long envelope
    start = file_.read_at(offset, head_length);
    if (!start) return start.error();
    if (start->size() < head_length) return malformed("the file ends inside the record");
  }
  StoredRecord record{*header, {}, offset};
  if (auto verified = verify(record, *start); !verified) return verified.error();
  auto envelope =
      decode_envelope(std::string_view(*start).substr(kRecordHeaderBytes, header->envelope_length));
  if (!envelope) return envelope.error();
  record.envelope = std::move(*envelope);
  return record;
}

Result<void> SegmentFile::verify(const StoredRecord& record, std::string_view start) const {
  const RecordHeader& header = record.header;
  std::uint32_t crc =
      head_checksum(start.substr(0, kRecordHeaderBytes),
                    start.substr(kRecordHeaderBytes, header.envelope_length), seed_);
  if (!header.report_in_own_file) {
    start.remove_prefix(kRecordHeaderBytes + header.envelope_length);
    start = start.substr(0, header.report_length);
    auto rest = checksum(file_, record.report_offset() + start.size(),
                         header.report_length - start.size(), extend_crc32c(crc, start));
    if (!rest) return rest.error();
    crc = *rest;
  }
  if (crc != header.crc)
    return malformed("wrong checksum in what calls itself record " +
                     std::to_string(header.sequence));
  return {};
}

Result<StoredRecord> SegmentFile::find_record(std::uint64_t offset) const {
  offset = (offset + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
  for (std::size_t length = kFirstRead;; length = kNextRead) {  // most damage is short
    auto bytes = file_.read_at(offset, length);
    if (!bytes) return bytes.error();
    for (std::size_t place = bytes->find(kRecordMagic);
         place != std::string::npos && place + kRecordHeaderBytes <= bytes->size();
         place = bytes->find(kRecordMagic, place + 1)) {
      const auto header = decode_record_header(std::string_view(*bytes).substr(place));
      if (place % kRecordAlignment != 0 || !header || header->log != header_.log) continue;
      auto record = record_at(offset + place);
      if (record || record.error().kind == Error::Kind::temporary) return record;
    }
    if (bytes->size() < length) return not_found("no further record");
    // A header that is cut by the end of what was read is looked at again.
    offset += (bytes->size() - kRecordHeaderBytes) / kRecordAlignment * kRecordAlignment +
              kRecordAlignment;
  }
}

Result<bool> SegmentFile::only_zeros_behind(std::uint64_t offset) const {
  for (;;) {
    auto bytes = file_.read_at(offset, kNextRead);
    if (!bytes) return bytes.error();
    if (bytes->empty()) return true;
    if (bytes->find_first_not_of('\0') != std::string::npos) return false;
    offset += bytes->size();
  }
}

Result<std::uint64_t> SegmentFile::size() const {
  return file_.size();
}

Result<std::vector<std::uint64_t>> list_segments(int directory) {
  return list_numbers(directory, &parse_any_segment_file_name);
}

Result<std::vector<std::uint64_t>> list_report_files(int directory) {
  return list_numbers(directory, &parse_any_report_file_name);
}

Result<void> verify_report_file(const LogFile& file, const RecordHeader& header) {
  auto crc = checksum(file, 0, header.report_length, 0);
  if (!crc) return crc.error();
  if (*crc != header.report_crc) return malformed("wrong checksum in the report's own file");
  return {};
}

}  // namespace secondlook
