// Compiled literal databases on disk, so that a start need not compile them. A file NAME.patterns
// is named by a SHA-256 over everything that decides its content: the strings in order, Hyperscan's
// version and the processor. Written whole or not at all; what does not
// read back (damage, another version) is compiled again, silently but for `from_cache`.
// The directory must belong to the user who runs the analyzer: Hyperscan trusts what it loads.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/patterns/literal_database.h"

namespace secondlook {

class DatabaseCache {
 public:
  // Empty: nothing is read or kept. The directory is made when the first database is stored.
  explicit DatabaseCache(std::string directory) : directory_(std::move(directory)) {}

  // From the cache, or compiled and stored. A cache that cannot be written costs time, nothing
  // else.
  Result<LiteralDatabase> compile(const std::vector<std::string>& literals);

  // Did every database so far come from the disk?
  bool all_from_cache() const { return compiled_ == 0 && loaded_ > 0; }

  // Beyond this many files, the ones longest not written go.
  static constexpr std::size_t kMostFiles = 1000;
  void remove_old_files() const;

 private:
  Result<LiteralDatabase> load(const std::string& path) const;
  void store(const std::string& path, const LiteralDatabase& database) const;

  std::string directory_;
  std::size_t loaded_ = 0, compiled_ = 0;
};

}  // namespace secondlook
