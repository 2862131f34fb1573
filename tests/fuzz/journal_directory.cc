#include "tests/fuzz/journal_directory.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "journal_ingest/archive_writer.h"
#include "journal_ingest/log_writer.h"
#include "schema/journal_log/crc32c.h"
#include "tests/support/fixed_random.h"

namespace secondlook {
namespace {

constexpr std::size_t kDirectoryHead = 4;
constexpr std::size_t kFileHead = 4;
constexpr std::size_t kMostFiles = 8;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::size_t word_at(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at) | std::size_t{byte_at(bytes, at + 1)} << 8;
}

void put_word(std::string& bytes, std::size_t word) {
  bytes += static_cast<char>(word & 0xFF);
  bytes += static_cast<char>(word >> 8 & 0xFF);
}

std::string name_of(const FuzzedFile& file) {
  return file.is_report ? report_file_name(file.number) : segment_file_name(file.number);
}

void insist(bool done) {
  if (!done) std::abort();
}

// Length of the record at `offset` with its padding, its checksums made right; 0: none fits there.
std::uint64_t repair_record(std::string& segment, std::size_t offset, std::uint32_t seed) {
  const auto bytes = std::string_view(segment).substr(offset);
  auto header = decode_record_header(bytes);
  if (!header || header->stored_length() > bytes.size()) return 0;
  const std::string envelope(bytes.substr(kRecordHeaderBytes, header->envelope_length));
  if (!header->report_in_own_file)
    header->report_crc =
        extend_crc32c(0, bytes.substr(kRecordHeaderBytes + envelope.size(), header->report_length));
  const std::string head = encode_record_head(*header, envelope, seed);
  segment.replace(offset, head.size(), head);
  return header->padded_length();
}

void write_with_the_writer(const std::string& path) {
  SystemFiles files;
  const SystemClock clock;
  FixedRandom random;
  auto writer = LogWriter::open({path, path + "/recorded", {1024, 1 << 20}, {}, 1 << 20}, files,
                                clock, random);
  insist(writer.has_value());
  (*writer)->start();
  for (const std::size_t length : {40U, 700U, 200U, 0U, 240U, 250U, 120U, 230U}) {
    ReportBody body = (*writer)->make_body(length);
    insist(body.append(std::string(length, 'r')) && body.finish());
    std::atomic<bool> done = false;
    (*writer)->append(
        {{"192.0.2.7", "contoso", "", {"journal@archive.example"}, "TLSv1.3", "mx", ""},
         Timestamp(),
         std::move(body)},
        [&](const Result<std::uint64_t>& sequence) {
          insist(sequence.has_value());
          done = true;
          done.notify_one();
        });
    done.wait(false);
  }
  (*writer)->stop();
}

FuzzedDirectory make_log() {
  const DirectoryOnDisk empty;
  write_with_the_writer(empty.path());
  FuzzedDirectory made;
  const auto bytes_of = [&](const std::string& name) {
    return read_file(empty.path() + "/" + name, 1 << 20).value();
  };
  made.durable = decode_durable_end(bytes_of(kDurableEndFile)).value();
  for (const auto& entry : std::filesystem::directory_iterator(empty.path())) {
    const std::string name = entry.path().filename().string();
    const auto segment = parse_segment_file_name(name);
    const auto report = parse_report_file_name(name);
    if (segment && *segment <= 4) made.files.push_back({false, false, *segment, 0, bytes_of(name)});
    if (report && *report <= 4) made.files.push_back({true, false, *report, 0, bytes_of(name)});
  }
  insist(made.segment(3) != nullptr && made.files.size() > 3);
  return made;
}

}  // namespace

const LogName& fuzzed_log() {
  static const LogName log = *parse_log_name("6f3c1a52-0d1e-4c7b-9a55-2b1f00c0ffee");
  return log;
}

const FuzzedFile* FuzzedDirectory::segment(std::uint64_t number) const {
  const auto found = std::find_if(files.begin(), files.end(), [&](const FuzzedFile& file) {
    return !file.is_report && file.number == number;
  });
  return found == files.end() ? nullptr : &*found;
}

FuzzedDirectory decode_directory(std::string_view input) {
  FuzzedDirectory directory;
  directory.durable.log = fuzzed_log();
  if (input.size() < kDirectoryHead) return directory;
  directory.durable.sequence = byte_at(input, 0) % 32;
  directory.durable.segment = byte_at(input, 1);
  directory.durable.offset = word_at(input, 2) * kRecordAlignment;
  input.remove_prefix(kDirectoryHead);
  while (input.size() >= kFileHead && directory.files.size() < kMostFiles) {
    const unsigned kind = byte_at(input, 0);
    FuzzedFile file{(kind & 1) != 0, (kind & 2) != 0, 1 + (kind >> 2 & 3), byte_at(input, 1), {}};
    const std::size_t length = word_at(input, 2);
    file.bytes = input.substr(kFileHead, length);
    input.remove_prefix(kFileHead + file.bytes.size());
    std::erase_if(directory.files,
                  [&](const FuzzedFile& other) { return name_of(other) == name_of(file); });
    directory.files.push_back(std::move(file));
  }
  return directory;
}

std::string encode_directory(const FuzzedDirectory& directory) {
  std::string bytes;
  bytes += static_cast<char>(directory.durable.sequence & 0xFF);
  bytes += static_cast<char>(directory.durable.segment & 0xFF);
  put_word(bytes, directory.durable.offset / kRecordAlignment);
  for (const FuzzedFile& file : directory.files) {
    bytes += static_cast<char>((file.is_report ? 1 : 0) | (file.archived ? 2 : 0) |
                               (file.number - 1) << 2);
    bytes += static_cast<char>(file.damage);
    put_word(bytes, file.bytes.size());
    bytes += file.bytes;
  }
  return bytes;
}

void repair_checksums(std::string& segment, std::uint64_t number) {
  if (segment.size() < kSegmentHeaderBytes) return;
  std::uint64_t first = 0;
  for (int byte = 7; byte >= 0; --byte)
    first = first << 8 | byte_at(segment, 40 + static_cast<std::size_t>(byte));
  segment.replace(0, kSegmentHeaderBytes,
                  encode_segment_header({fuzzed_log(), number, first, Timestamp()}));
  const std::uint32_t seed = checksum_seed(fuzzed_log(), number);
  for (std::size_t offset = kSegmentHeaderBytes; offset < segment.size();) {
    const std::uint64_t length = repair_record(segment, offset, seed);
    offset += length > 0 ? length : kRecordAlignment;
  }
}

const FuzzedDirectory& log_by_the_writer() {
  static const FuzzedDirectory log = make_log();
  return log;
}

DirectoryOnDisk::DirectoryOnDisk() {
  write(kLogNameFile, encode_log_name_file(fuzzed_log()));
  write(kDurableEndFile, encode_durable_end({fuzzed_log(), 0, 0, 0}));
  opened_ = *open_file(path(), O_RDONLY | O_DIRECTORY);
  durable_end_ = *open_file(directory_.file(kDurableEndFile), O_WRONLY);
}

void DirectoryOnDisk::write(const std::string& name, std::string_view bytes) const {
  const auto file = open_file(directory_.file(name), O_WRONLY | O_CREAT | O_TRUNC);
  insist(file && write_fully(file->number(), bytes));
}

void DirectoryOnDisk::remove(const FuzzedFile& file) const {
  ::unlinkat(opened_.number(), name_of(file).c_str(), 0);
  if (file.archived) ::unlinkat(opened_.number(), archived_name(name_of(file)).c_str(), 0);
}

// All archived reports are given to the first archived segment: for the writer they are its own.
// Without one they stay plain.
void DirectoryOnDisk::put(const FuzzedDirectory& directory) {
  const auto is_archived = [](const FuzzedFile& file) { return file.archived; };
  const auto stands = [](const std::vector<FuzzedFile>& files, const FuzzedFile& file) {
    return std::find(files.begin(), files.end(), file) != files.end();
  };
  std::vector<std::uint64_t> reports;
  for (const FuzzedFile& file : directory.files)
    if (file.is_report && file.archived) reports.push_back(file.number);
  // What an archive holds besides its segment is not compared: then all is written anew.
  const bool all = !reports.empty() ||
                   std::any_of(standing_.begin(), standing_.end(), [&](const FuzzedFile& file) {
                     return file.is_report && is_archived(file);
                   });
  for (const FuzzedFile& file : standing_)
    if (all || !stands(directory.files, file)) remove(file);
  for (const FuzzedFile& file : directory.files)
    if (all || !stands(standing_, file)) write(name_of(file), file.bytes);
  for (const FuzzedFile& file : directory.files) {
    if (file.is_report || !file.archived || (!all && stands(standing_, file))) continue;
    archive(file, std::exchange(reports, {}));
  }
  standing_ = directory.files;
  insist(
      write_fully_at(durable_end_.number(), encode_durable_end(directory.durable), 0).has_value());
}

void DirectoryOnDisk::archive(const FuzzedFile& segment,
                              const std::vector<std::uint64_t>& reports) const {
  SystemFiles files;
  ArchiveWriter writer(files, opened_.number(), fuzzed_log());
  const auto head = decode_segment_header(segment.bytes);
  const SegmentToArchive one{segment.number, head ? head->first_sequence : 1, reports};
  insist(writer.compress(one, false) && writer.unlink_plain(one));
  if (segment.damage == 0) return;
  const std::string path = directory_.file(archived_name(name_of(segment)));
  std::string bytes = read_file(path, 1 << 20).value();
  char& damaged = bytes[bytes.size() * segment.damage / 256];
  damaged = static_cast<char>(~damaged);
  write(archived_name(name_of(segment)), bytes);
}

}  // namespace secondlook
