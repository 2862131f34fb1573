// An archived file of the journal log: it is opened or refused, has as many bytes as it says, and
// gives the same ones in one piece and in two. The head's checksum and the last block's length are
// made right in most mutations; a file of the archive's real writer is the seed.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "schema/journal_log/archive_format.h"
#include "schema/journal_log/log_file.h"
#include "tests/fuzz/journal_directory.h"

using namespace secondlook;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=4:malloc_context_size=4";
}

namespace {

// Read of a file, from its beginning and from its end: what stands between is more of the same.
constexpr std::size_t kRead = 4096;

void insist(bool true_of_the_file) {
  if (!true_of_the_file) std::abort();
}

void read_twice(const LogFile& file, std::uint64_t offset, std::size_t length) {
  const auto whole = file.read_at(offset, length);
  insist(whole && whole->size() == length);
  const auto first = file.read_at(offset, length / 3);
  const auto rest = file.read_at(offset + length / 3, length - length / 3);
  insist(first && rest && *first + *rest == *whole);
}

// A segment of `length` bytes as the archive holds it.
std::string archived(std::size_t length) {
  std::string segment = encode_segment_header({fuzzed_log(), 1, 1, Timestamp()});
  for (std::size_t line = 0; segment.size() < length; ++line)
    segment += "Received: from mx" + std::to_string(line * line) + ".contoso.example\r\n";
  segment.resize(length);
  FuzzedDirectory directory;
  directory.files.push_back({false, true, 1, 0, segment});
  DirectoryOnDisk disk;
  disk.put(directory);
  return read_file(disk.path() + "/" + archived_name(segment_file_name(1)), 4 << 20).value();
}

// Fits the head to what the file has become, where it can still be told what was meant.
void repair(std::string& bytes, std::minstd_rand& random) {
  if (bytes.size() < kArchiveHeadBytes) return;
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data() + 48, sizeof length);
  // Whole blocks take a thousand times as long as short ones: seldom.
  const std::uint64_t bound = random() % 32 == 0 ? 3 * kArchiveBlock : 8192;
  ArchiveHead head{fuzzed_log(), 1, length % bound, {}, random() % 3};
  const std::uint64_t blocks = ArchiveHead::blocks_of(head.length);
  std::size_t left = bytes.size() - kArchiveHeadBytes;
  std::size_t table = kArchiveHeadBytes;
  for (std::uint64_t block = 0; block < blocks && left >= 4; ++block, table += 4, left -= 4) {
    std::uint32_t told = 0;
    std::memcpy(&told, bytes.data() + table, sizeof told);
    head.blocks.push_back(told);
  }
  for (std::uint32_t& block : head.blocks) {
    block = std::min(block, static_cast<std::uint32_t>(left));
    if (&block == &head.blocks.back()) block = static_cast<std::uint32_t>(left);
    left -= block;
  }
  bytes = encode_archive_head(head) + bytes.substr(table);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  static const std::string seeds[] = {archived(64), archived(3000), archived(1'100'000),
                                      archived(kArchiveBlock)};
  std::minstd_rand random(seed);
  if (size < kArchiveHeadBytes) {
    const std::string& chosen =
        seeds[random() % 8 == 0 ? random() % std::size(seeds) : random() % 2];
    if (chosen.size() > most) return LLVMFuzzerMutate(data, size, most);
    std::memcpy(data, chosen.data(), chosen.size());
    return chosen.size();
  }
  size = LLVMFuzzerMutate(data, size, most);
  if (random() % 4 == 0) return size;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  repair(bytes, random);
  if (bytes.size() > most) return size;
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const FileDescriptor memory(::memfd_create("archive", MFD_CLOEXEC));
  insist(::ftruncate(memory.number(), static_cast<off_t>(size)) == 0);
  insist(
      write_fully_at(memory.number(), {reinterpret_cast<const char*>(data), size}, 0).has_value());
  FileDescriptor file(::fcntl(memory.number(), F_DUPFD_CLOEXEC, 0));
  const auto opened = LogFile::open_archive(std::move(file), fuzzed_log(), 1);
  if (!opened) return 0;
  const std::uint64_t length = opened->size().value();
  insist(length <= kLongestReport);
  const std::size_t piece = static_cast<std::size_t>(std::min<std::uint64_t>(length, kRead));
  read_twice(*opened, 0, piece);
  if (length > kArchiveBlock + piece) read_twice(*opened, kArchiveBlock - piece / 2, piece);
  read_twice(*opened, length - piece, piece);
  insist(opened->read_at(length, 1).value().empty());
  return 0;
}
