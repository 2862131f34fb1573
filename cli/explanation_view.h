// `explain` for the screen and for programs.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/explanation.h"

namespace secondlook {

void print_explanation(const Console& console, const Explanation& explanation, Language language);
// One line. `service`: "asked", "unreachable", or why it did not answer.
std::string to_json(const Explanation& explanation, const std::string& service);

// A Message-ID of which nothing is recorded.
struct NothingRecorded {
  std::string message_id;
  std::optional<Timestamp> oldest, newest;  // of all that is recorded; none: nothing is
  std::uint32_t retention_days = 0;         // 0: kept for ever
  std::vector<std::string> near;            // recorded Message-IDs that may be meant
  std::vector<CopyExplained> copies;        // where Graph shows it all the same
};
void print_nothing(const Console& console, const NothingRecorded& nothing, Language language);
std::string to_json(const NothingRecorded& nothing, const std::string& service, Language language);

}  // namespace secondlook
