// A search query as SQL: which index to walk, newest first, and what every row must satisfy.
// For schema/store alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "schema/store/search.h"

namespace secondlook {

struct SearchSql {
  using Value = std::variant<std::int64_t, std::string>;
  std::string sql;            // gives message ids, newest first
  std::vector<Value> values;  // for its question marks, in order
};

// `below`: only ids below it. `most`: LIMIT. The terms are as parse_search left them.
SearchSql search_sql(const SearchQuery& query, std::optional<MessageRowId> below, std::size_t most);

// Gives one row, how many search_sql() would find without a limit.
SearchSql count_sql(const SearchQuery& query);

}  // namespace secondlook
