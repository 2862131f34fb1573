// Hyperscan behind a small door: thousands of strings, one pass over a text, and the end of every
// place where one stands, in any case of ASCII letters.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct hs_database;
struct hs_scratch;

namespace secondlook {

// Immutable; shared by threads and forks.
class LiteralDatabase {
 public:
  // A match reports the string's place. Strings of 1 to 24 bytes (kLongestLiteral). No string: an
  // empty database, which is not scanned. internal: Hyperscan refused the strings.
  static Result<LiteralDatabase> compile(const std::vector<std::string>& literals);

  // For the cache: Hyperscan's own serialisation. It carries a checksum, version and platform, and
  // what does not fit is refused.
  Result<std::string> serialize() const;
  static Result<LiteralDatabase> deserialize(std::string_view bytes);

  LiteralDatabase() = default;
  LiteralDatabase(LiteralDatabase&&) noexcept;
  LiteralDatabase& operator=(LiteralDatabase&&) noexcept;
  ~LiteralDatabase();

  bool is_empty() const { return database_ == nullptr; }
  std::size_t bytes() const;

 private:
  friend class DatabaseScratch;
  explicit LiteralDatabase(hs_database* database) : database_(database) {}
  hs_database* database_ = nullptr;
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
  Result<void> grow_for(const LiteralDatabase& database);

  // Calls on_match(place, end) for each string wherever it stands; ends are not strictly in order.
  // At most 4 GiB of text. internal: Hyperscan refused.
  Result<void> scan(const LiteralDatabase& database, std::string_view text,
                    const std::function<void(unsigned place, std::uint64_t end)>& on_match);

 private:
  hs_scratch* scratch_ = nullptr;
};

}  // namespace secondlook
