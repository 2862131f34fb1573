#include "tests/schema/journal_log/log_on_disk.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "schema/journal_log/crc32c.h"
#include "schema/journal_log/reader.h"

namespace secondlook {

// In memory where that is possible: no unit test needs a real disk, and thousands of syncs are
// slow.
TemporaryDirectory::TemporaryDirectory()
    : path_(std::filesystem::exists("/dev/shm")
                ? "/dev/shm/secondlook-XXXXXX"
                : (std::filesystem::temp_directory_path() / "secondlook-XXXXXX").string()) {
  REQUIRE(::mkdtemp(path_.data()) != nullptr);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

LogName test_log() {
  return *parse_log_name(kTestLog);
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  REQUIRE(file.good());
}

std::string bytes_of(const TestRecord& record, std::uint64_t segment) {
  RecordHeader header;
  header.report_in_own_file = record.in_own_file;
  header.log = test_log();
  header.sequence = record.sequence;
  header.report_length = record.report.size();
  header.known_durable = record.known_durable;
  header.report_crc = extend_crc32c(0, record.report);
  const std::string envelope = encode_envelope({"192.0.2.1",
                                                "contoso",
                                                "sender@contoso.example",
                                                {"journal@archive.example"},
                                                "TLSv1.3",
                                                "mail.contoso.example",
                                                ""});
  header.envelope_length = static_cast<std::uint32_t>(envelope.size());
  std::string bytes = encode_record_head(header, envelope, checksum_seed(header.log, segment));
  if (!record.in_own_file) bytes += record.report;
  bytes.resize(header.padded_length(), '\0');
  return bytes;
}

std::string segment_bytes(std::uint64_t segment, std::uint64_t first_sequence,
                          const std::vector<TestRecord>& records, std::size_t zeros) {
  std::string bytes = encode_segment_header({test_log(), segment, first_sequence, Timestamp()});
  for (const TestRecord& record : records) bytes += bytes_of(record, segment);
  return bytes.append(zeros, '\0');
}

void write_log_name(const std::string& directory) {
  write_bytes(directory + "/" + kLogNameFile, encode_log_name_file(test_log()));
}

// In place, as the writer does it: a new file would not be seen by who has the old one open.
void write_durable_end(const std::string& directory, std::uint64_t sequence,
                       std::uint64_t segment) {
  const std::string path = directory + "/" + kDurableEndFile;
  if (!std::filesystem::exists(path)) write_bytes(path, "");
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file << encode_durable_end({test_log(), sequence, segment, 0});
  REQUIRE(file.good());
}

void write_segment(const std::string& directory, std::uint64_t segment,
                   std::uint64_t first_sequence, const std::vector<TestRecord>& records) {
  write_bytes(directory + "/" + segment_file_name(segment),
              segment_bytes(segment, first_sequence, records));
}

std::vector<std::string> read_all(const std::string& directory) {
  auto reader = JournalLogReader::open(directory);
  REQUIRE(reader);
  std::vector<std::string> said;
  for (;;) {
    const std::string sequence = std::to_string(reader->next_sequence());
    auto record = reader->next();
    if (!record) {
      REQUIRE(record.error().kind == Error::Kind::malformed);
      said.push_back(sequence + "!");
      continue;
    }
    if (!record->has_value()) return said;
    auto file = reader->segment_descriptor((*record)->segment);
    REQUIRE(file);
    auto mapped = MappedBytes::map(*file, (*record)->report_offset, (*record)->report_length);
    REQUIRE(mapped);
    REQUIRE(std::to_string((*record)->sequence) == sequence);
    said.push_back(sequence + ":" + std::string(mapped->bytes()));
  }
}

}  // namespace secondlook
