// The file by which remediation says how far it has recorded the log (PathSettings::recorded_mark):
// {"log": UUID, "recorded": N}, N the highest sequence below and at which all are recorded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace secondlook {

struct RecordedMark {
  std::string log;
  std::uint64_t recorded = 0;
};

Result<RecordedMark> parse_recorded_mark(std::string_view json);
// not_found: nothing was recorded yet.
Result<RecordedMark> read_recorded_mark(const std::string& path);

}  // namespace secondlook
