// Compiled pattern databases on disk, so that a start takes milliseconds instead of half a minute.
// A file NAME.patterns is named by a SHA-256 over everything that decides its content: patterns,
// flags, order, Hyperscan's version and the processor. Written whole or not at all; what does not
// read back (damage, another version) is compiled again, silently but for `from_cache`.
// The directory must belong to the user who runs the analyzer: Hyperscan trusts what it loads.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/patterns/pattern_database.h"

namespace secondlook {

class DatabaseCache {
 public:
  // Empty: nothing is read or kept. The directory is made when the first database is stored.
  explicit DatabaseCache(std::string directory) : directory_(std::move(directory)) {}

  // From the cache, or compiled and stored. A cache that cannot be written costs time, nothing
  // else.
  PatternDatabase::Compiled compile(const std::vector<DatabasePattern>& patterns);

  // Did every database so far come from the disk?
  bool all_from_cache() const { return compiled_ == 0 && loaded_ > 0; }

  // Beyond this many files, the ones longest not written go.
  static constexpr std::size_t kMostFiles = 1000;
  void remove_old_files() const;

 private:
  bool load(const std::string& path, std::size_t patterns, PatternDatabase::Compiled& compiled);
  void store(const std::string& path, const PatternDatabase::Compiled& compiled) const;

  std::string directory_;
  std::size_t loaded_ = 0, compiled_ = 0;
};

}  // namespace secondlook
