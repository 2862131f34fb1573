// A journal log put on disk by the format's own functions, without the writer: so that tests decide
// every byte of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/journal_log/format.h"

namespace secondlook {

// A new directory in /dev/shm or beneath $TMPDIR, removed with all that is in it when this goes.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline constexpr const char* kTestLog = "6f3c1a52-0d1e-4c7b-9a55-2b1f00c0ffee";

// What `write_segment` puts one behind the other.
struct TestRecord {
  std::uint64_t sequence = 0;
  std::string report;
  std::uint64_t known_durable = 0;
  bool in_own_file = false;
};

LogName test_log();
std::string bytes_of(const TestRecord& record, std::uint64_t segment);
// Head and records, followed by `zeros` zero bytes.
std::string segment_bytes(std::uint64_t segment, std::uint64_t first_sequence,
                          const std::vector<TestRecord>& records, std::size_t zeros = 4096);
void write_log_name(const std::string& directory);
void write_durable_end(const std::string& directory, std::uint64_t sequence, std::uint64_t segment);
void write_bytes(const std::string& path, const std::string& bytes);
void write_segment(const std::string& directory, std::uint64_t segment,
                   std::uint64_t first_sequence, const std::vector<TestRecord>& records);

// What a reader says from the oldest record on: "1:report text", "2!" for a damaged one.
std::vector<std::string> read_all(const std::string& directory);

}  // namespace secondlook
