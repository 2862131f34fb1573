// The journal log's reader over an arbitrary segment: it must end, with one answer a sequence, and
// never give a record whose checksum is wrong. The head is made valid, the rest is the input.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "schema/journal_log/format.h"
#include "schema/journal_log/reader.h"

using namespace secondlook;

namespace {

constexpr std::uint64_t kDurable = 5;

void write(const std::string& path, const std::string& bytes) {
  const auto file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file || !write_fully(file->number(), bytes)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string directory = "/dev/shm/journal-fuzz-" + std::to_string(::getpid());
  static const LogName log = *parse_log_name("6f3c1a52-0d1e-4c7b-9a55-2b1f00c0ffee");
  std::filesystem::create_directories(directory);
  write(directory + "/" + kLogNameFile, encode_log_name_file(log));
  write(directory + "/" + kDurableEndFile, encode_durable_end({log, kDurable, 1, 0}));
  write(directory + "/" + segment_file_name(1),
        encode_segment_header({log, 1, 1, {}}) +
            std::string(reinterpret_cast<const char*>(data), size));
  auto reader = JournalLogReader::open(directory);
  if (!reader) std::abort();
  for (std::uint64_t sequence = 1; sequence <= kDurable; ++sequence) {
    const auto record = reader->next();
    if (record ? !record->has_value() || (*record)->sequence != sequence
               : record.error().kind != Error::Kind::malformed)
      std::abort();
  }
  if (reader->next()->has_value()) std::abort();
  return 0;
}
