// What `scan` is to look at: files, directories (walked recursively, in the order of their names)
// and standard input, opened one at a time so that thousands need few descriptors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

struct ScanInput {
  std::string name;     // as given, or beneath a directory that was given; "-" is standard input
  FileDescriptor file;  // a regular file (named or not), for reading
};

class ScanSource {
 public:
  // What comes from a pipe is copied to an unnamed file of at most this size.
  static constexpr std::uint64_t kMostPipedBytes = 2'000'000'000;

  explicit ScanSource(std::vector<std::string> arguments);

  // The next one, or why it cannot be read; go on after an error. Nothing: that was all.
  // Beneath directories, links to directories and what is no regular file are passed over.
  std::optional<Result<ScanInput>> next();

 private:
  Result<void> descend(const std::string& directory);
  Result<ScanInput> open_argument(const std::string& name);

  struct Waiting {
    std::string path;
    bool given = true;  // by the user; false: found in a directory
  };
  std::vector<Waiting> waiting_;  // the next one at the back
};

}  // namespace secondlook
