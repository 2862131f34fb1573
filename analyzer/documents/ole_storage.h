// Compound files (OLE2, MS-CFB): the storages and streams that old Office documents, VBA projects
// and embedded objects are kept in. Lenient where Office is, bounded where a hostile file wants
// more.
//
// Read here and not by libgsf, which Debian has: 1.14.50 recurses once for every directory entry
// and dies of 40,000 (a file of 5 MB), and writes what it thinks of a damaged file to stderr.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

struct OleLimits {
  std::size_t most_entries = 20'000;  // a .msg to some hundred recipients has some thousand streams
  std::size_t deepest = 32;
};

struct OleEntry {
  std::string path;  // "Macros/VBA/dir", UTF-8, a slash in a name as "_"; "" for the root
  std::string name;  // the last part of it
  bool is_storage = false;
  std::string class_id;  // of a storage: 16 bytes as they stand
  std::uint64_t size = 0;
  std::uint32_t first_sector = 0;

  // Letters of ASCII in any case, as Office compares.
  bool is_stream(std::string_view called) const;
  std::string_view folder() const;  // "Macros/VBA" of "Macros/VBA/dir"
};

struct OleStream {
  std::string bytes;
  bool is_whole = false;  // not cut by the limit, nor by damage
};

class OleStorage {
 public:
  // `file` must outlive the storage. An error when there is no header or no directory.
  static Result<OleStorage> open(std::string_view file, const OleLimits& limits = {});

  // Depth first, the root in front; each entry once, whatever the tree's links say.
  const std::vector<OleEntry>& entries() const { return entries_; }
  // Why there may be more entries than those; empty: these are all.
  const std::vector<std::string>& cuts() const { return cuts_; }

  // At most `most_bytes` of a stream.
  OleStream read(const OleEntry& stream, std::size_t most_bytes) const;

 private:
  explicit OleStorage(std::string_view file) : file_(file) {}

  Result<void> read_header();
  void read_allocation_table();
  Result<void> read_directory(const OleLimits& limits);
  void cut(std::string reason);
  std::string_view sector(std::uint32_t number) const;
  std::string chain(std::uint32_t first, std::size_t most_bytes) const;
  std::string mini_chain(std::uint32_t first, std::size_t most_bytes) const;

  std::string_view file_;
  std::size_t sector_size_ = 512;
  std::vector<std::uint32_t> next_sector_;
  std::vector<std::uint32_t> next_mini_sector_;
  std::string mini_stream_;
  std::vector<OleEntry> entries_;
  std::vector<std::string> cuts_;
};

}  // namespace secondlook
