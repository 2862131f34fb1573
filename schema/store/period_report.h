// What a day, a week, a month was like: the figures of `secondlook report`. Read in one snapshot.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

class Store;

// Names with how many messages each had, the most first.
using RankedNames = std::vector<std::pair<std::string, std::uint64_t>>;

struct PeriodReport {
  Timestamp since{}, until{};  // messages received from `since` on, before `until`
  std::uint64_t messages = 0;
  RankedNames dispositions;

  // Of malicious and suspicious messages.
  std::uint64_t detections = 0;
  RankedNames recipients, senders, sender_domains, rules, hosts;

  RankedNames removals;                 // copies of automatic steps, by the state they are in
  std::uint64_t removed_messages = 0;   // of which an automatic step took a copy
  std::uint64_t restored_messages = 0;  // of these: put back by hand
  std::uint64_t false_positives = 0;    // of these: called so
  std::vector<std::chrono::microseconds> exposures;  // acceptance to removal, ascending

  // Against Exchange Online Protection, where it said anything (SCL).
  std::uint64_t detections_with_eop = 0, passed_by_eop = 0;  // SCL 4 or less
  // Clean by us, while a rule saw that EOP called it phish, spoof or malware.
  std::uint64_t clean_against_eop = 0;
};

// At most `top` of each list. Takes a second or so for each million messages of the period.
Result<PeriodReport> period_report(Store& store, Timestamp since, Timestamp until, std::size_t top);

}  // namespace secondlook
