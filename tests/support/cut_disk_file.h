// What a disk holds of one file whose power may be cut, for tests: bytes are certain once they are
// synced. At a cut each 512-byte sector holds the synced bytes or those after any later write,
// chosen alone (writes are dropped, torn and reordered), and the size is any the file has had
// since.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace secondlook {

class CutDiskFile {
 public:
  CutDiskFile() = default;
  explicit CutDiskFile(std::string synced) : synced_(std::move(synced)) {}

  void write(std::uint64_t offset, std::string bytes) {
    since_.push_back({offset, std::move(bytes)});
  }
  void truncate(std::uint64_t length) { since_.push_back({length, std::nullopt}); }
  void sync();
  // A failed sync, as Linux has it: the cache calls the file clean, so that no later sync makes
  // certain what this one did not; what reached the disk is decided now.
  void fail_sync(std::mt19937_64& random);
  std::string after_cut(std::mt19937_64& random) const;

 private:
  struct Write {  // without bytes: a truncation to `offset`
    std::uint64_t offset = 0;
    std::optional<std::string> bytes;
  };
  static void apply(std::string& content, const Write& write);

  std::string synced_;
  std::vector<Write> since_;
};

}  // namespace secondlook
