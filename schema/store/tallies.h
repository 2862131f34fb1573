// How many rows of what there are, and how long copies lay in reach: kept by triggers as rows come
// and go (schema_14.h), so that reading them takes the same time however many mails there are.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace secondlook {

struct Tallies {
  struct Row {
    std::string name, value;
    std::uint64_t rows = 0;
  };
  // Of copies removed automatically: those within `upper` that are within no lower bound; the last
  // one has none. Ascending.
  struct Exposure {
    std::optional<std::chrono::microseconds> upper;
    std::uint64_t copies = 0;
    std::chrono::microseconds sum{0};
  };
  std::uint64_t reports = 0;  // those that count; none that a revision superseded
  std::vector<Row> messages;  // tenant, disposition
  std::vector<Row> steps;     // action, state
  std::vector<Exposure> exposures;
  // Of steps that wait for their next go, the one that has waited the longest since it was due.
  std::optional<Timestamp> oldest_due;
};

}  // namespace secondlook
