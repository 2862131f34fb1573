// Reading the database for people and tools: `secondlook search`, `show`, and the selections of
// retract and restore. Grammar of EXPR in DESIGN 6 and `secondlook search --help`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/store/store.h"
#include "schema/verdict.h"

namespace secondlook {

// One term of EXPR; a word without field has field "".
struct SearchTerm {
  std::string field;
  std::string value;
  bool negated = false;
};

struct SearchQuery {
  std::vector<SearchTerm> terms;  // joined by AND
  bool include_all = false;       // --all: clean and the rest too, not only detections
  std::size_t limit = 50;         // 0: no limit
  std::optional<MessageRowId> last_id;
};

// Arguments as the shell gave them; each may hold several terms and quoted groups. Unknown fields
// and bad values are malformed, with the word, what is possible and the nearest name.
Result<SearchQuery> parse_search(const std::vector<std::string>& arguments, Timestamp now);

struct FoundCopy {
  std::string mailbox;
  std::string action;  // empty: none planned (null in JSON)
  std::string state;
  std::string folder_before;
  std::optional<Timestamp> at, undo_until;
  std::string detail;
  std::optional<StepId> step;  // the last one
};

struct FoundMessage {
  MessageRowId id = 0;
  Timestamp received_at{};
  std::string tenant;
  Verdict verdict;  // as merged; hits with evidence only from find_message
  std::vector<FoundCopy> copies;
  struct Report {
    std::string log;
    std::uint64_t sequence;
    Timestamp received_at;
    std::string peer;
    std::uint32_t revision = 0;  // above 0: judged once more, for this cause;
    std::string cause;
    std::string before;  // and what the revision before had said, as a disposition's name
  };
  std::vector<Report> reports;           // only from find_message
  std::vector<std::string> reported_by;  // users, by address; only from find_message
  std::vector<Step> steps;               // only from find_message
};

// Newest first, handed over one by one; `each` returns false to stop. Short read transactions.
Result<void> search(Store& store, const SearchQuery& query,
                    const std::function<bool(const FoundMessage&)>& each);
// How many search() would hand over, were there no limit.
Result<std::uint64_t> count_found(Store& store, const SearchQuery& query);
Result<std::optional<FoundMessage>> find_message(Store& store, MessageRowId id);

// The object of `search --json` / `show --json`, one line, every name of DESIGN 6 present.
std::string search_line(const FoundMessage& message);
std::string show_json(const FoundMessage& message);

}  // namespace secondlook
