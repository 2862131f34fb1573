// The journal log's reader over a directory of segments, report files and archives whose every byte
// may be wrong: it must end, answer once for each sequence, in order, and never give a record whose
// checksum does not fit the bytes that stand there. Input: journal_directory.h.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include "schema/journal_log/crc32c.h"
#include "schema/journal_log/reader.h"
#include "tests/fuzz/journal_directory.h"

using namespace secondlook;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Freed memory is used again soon: else each run takes new pages, which costs most of its time.
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=4:malloc_context_size=4";
}

namespace {

void insist(bool true_of_the_reader) {
  if (!true_of_the_reader) std::abort();
}

// By the plain bytes, whatever file the reader had them from.
void check_record(const FuzzedDirectory& directory, JournalLogReader& reader,
                  const JournalRecord& record) {
  const FuzzedFile* segment = directory.segment(record.in_segment);
  insist(segment != nullptr && record.record_offset < segment->bytes.size());
  const auto bytes = std::string_view(segment->bytes).substr(record.record_offset);
  const auto header = decode_record_header(bytes);
  insist(header && header->sequence == record.sequence);
  const bool in_plain_segment = (record.segment & (kReportFileBit | kArchivedBit)) == 0;
  if (in_plain_segment) {
    const auto report =
        std::string_view(segment->bytes).substr(record.report_offset, record.report_length);
    insist(extend_crc32c(0, report) == header->report_crc);
  } else {
    const auto descriptor = reader.segment_descriptor(record.segment);
    insist(descriptor.has_value());
    const auto report = MappedBytes::map(*descriptor, record.report_offset, record.report_length);
    insist(report && extend_crc32c(0, report->bytes()) == header->report_crc);
  }
  const auto head =
      encode_record_head(*header, bytes.substr(kRecordHeaderBytes, header->envelope_length),
                         checksum_seed(fuzzed_log(), record.in_segment));
  insist(decode_record_header(head)->crc == record.crc);
}

std::string mutate(std::string bytes, std::size_t most) {
  const std::size_t size = bytes.size();
  bytes.resize(std::max(size, most));
  bytes.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), size, bytes.size()));
  return bytes;
}

// Another place for a piece of the segment that begins where a record may.
void move_piece(std::string& bytes, std::minstd_rand& random) {
  if (bytes.size() < kSegmentHeaderBytes + kRecordHeaderBytes) return;
  const auto place = [&] { return random() % (bytes.size() / 8) * 8; };
  const std::string piece = bytes.substr(place(), 8 * (1 + random() % 60));
  bytes.insert(place(), piece);
}

void change_file(FuzzedFile& file, std::minstd_rand& random) {
  switch (random() % 8) {
    case 0: file.archived = !file.archived; return;
    case 1: file.damage = static_cast<std::uint8_t>(random()); return;
    case 2: move_piece(file.bytes, random); break;
    default: file.bytes = mutate(file.bytes, file.bytes.size() + 64); break;
  }
  if (file.bytes.size() > 0xFFFF) file.bytes.resize(0xFFFF);
  if (!file.is_report && random() % 4 != 0) repair_checksums(file.bytes, file.number);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  std::minstd_rand random(seed);
  if (random() % 16 == 0) return LLVMFuzzerMutate(data, size, most);
  auto directory = decode_directory({reinterpret_cast<const char*>(data), size});
  if (directory.files.empty()) directory = log_by_the_writer();
  if (random() % 8 == 0)
    directory.durable =
        decode_directory(mutate(encode_directory(directory).substr(0, 4), 4)).durable;
  else
    change_file(directory.files[random() % directory.files.size()], random);
  const std::string bytes = encode_directory(directory);
  if (bytes.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static DirectoryOnDisk disk;
  const auto directory = decode_directory({reinterpret_cast<const char*>(data), size});
  disk.put(directory);
  auto reader = JournalLogReader::open_to_the_end(disk.path());
  insist(reader.has_value());
  for (std::uint64_t wanted = reader->next_sequence(); wanted <= directory.durable.sequence;
       ++wanted) {
    const auto record = reader->next();
    insist(reader->next_sequence() == wanted + 1);
    if (!record) {
      insist(record.error().kind == Error::Kind::malformed);
      continue;
    }
    insist(record->has_value() && (*record)->sequence == wanted);
    check_record(directory, *reader, **record);
  }
  insist(!reader->next()->has_value());
  return 0;
}
