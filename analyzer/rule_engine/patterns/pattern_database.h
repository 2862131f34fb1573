// Hyperscan behind a small door: many patterns, one pass over a text, and for each pattern that
// matched the end of one match. What Hyperscan cannot express goes in as a prefilter (it then
// reports too much, never too little), and what it cannot prefilter stays outside.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/perl_pattern.h"
#include "base/result.h"

struct hs_database;
struct hs_scratch;

namespace secondlook {

// How a pattern came to be searched.
enum class PatternEngine : char {
  hyperscan = 'h',    // Hyperscan's answer is exact
  prefiltered = 'p',  // Hyperscan's answer is a proposal
  pcre_only = 'x'     // Hyperscan does not know the pattern
};

struct DatabasePattern {
  const PerlPattern* pattern = nullptr;  // must live while the database is compiled
  // Lines or chunks of the text are matched one by one afterwards: ^ and $ are then taken at every
  // line, which proposes too much, never too little.
  bool in_pieces = false;
  bool by_characters = false;
};

// Immutable; shared by threads and forks.
class PatternDatabase {
 public:
  struct Compiled;

  // A match reports the pattern's place in `patterns`; engines stand in the same order. A pattern
  // that spoils the whole set is found and set down one step until the rest compiles; with no
  // pattern left there is no database and is_empty() holds.
  static Compiled compile(const std::vector<DatabasePattern>& patterns);

  // For the cache: Hyperscan's own serialisation. It carries a checksum, version and platform, and
  // what does not fit is refused.
  Result<std::string> serialize() const;
  static Result<PatternDatabase> deserialize(std::string_view bytes);

  PatternDatabase() = default;
  PatternDatabase(PatternDatabase&&) noexcept;
  PatternDatabase& operator=(PatternDatabase&&) noexcept;
  ~PatternDatabase();

  bool is_empty() const { return database_ == nullptr; }
  std::size_t bytes() const;

 private:
  friend class DatabaseScratch;
  explicit PatternDatabase(hs_database* database) : database_(database) {}
  hs_database* database_ = nullptr;
};

struct PatternDatabase::Compiled {
  PatternDatabase database;
  std::vector<PatternEngine> engines;
};

// Hyperscan's version and the kind of processor it compiles for: part of every cache key.
std::string database_platform();

// What one thread needs to scan. Not shared.
class DatabaseScratch {
 public:
  DatabaseScratch() = default;
  DatabaseScratch(DatabaseScratch&&) noexcept;
  DatabaseScratch& operator=(DatabaseScratch&&) noexcept;
  ~DatabaseScratch();

  // Must be called once for each database before scanning it. temporary: no memory.
  Result<void> grow_for(const PatternDatabase& database);

  // Calls on_match(place, end) once for each pattern that matches; ends are not in order. At most
  // 4 GiB of text. internal: Hyperscan refused.
  Result<void> scan(const PatternDatabase& database, std::string_view text,
                    const std::function<void(unsigned place, std::uint64_t end)>& on_match);

 private:
  hs_scratch* scratch_ = nullptr;
};

}  // namespace secondlook
