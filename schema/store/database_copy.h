// A whole copy of the database in one file, made while the service records, and what such a file
// says of itself. For `backup` and `restore-backup`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

// The highest ids that were ever given: none of them may name something else later.
struct GivenIds {
  std::int64_t messages = 0, steps = 0, audit = 0;
};

struct DatabaseFacts {
  int schema_version = 0;
  std::map<std::string, std::uint64_t> recorded;  // the mark of each journal log, by its UUID
  GivenIds ids;
  std::optional<Timestamp> newest_received;
};

// Copies the database `from`, read-only, into a new file `to` (mode 0600), synced. The copy needs
// no files beside it. `told` hears pages done and pages in all. Nothing is left behind on a
// failure.
Result<void> copy_database(const std::string& from, const std::string& to,
                           const std::function<void(std::uint64_t, std::uint64_t)>& told);

enum class Check {
  quick,   // every page and row, in one pass
  whole,   // and every index against its table
  nothing  // for a database that may be wrecked
};

// malformed: damaged, no database of ours, or of a newer schema than this program's.
Result<DatabaseFacts> read_database_facts(const std::string& path, Check check);

}  // namespace secondlook
