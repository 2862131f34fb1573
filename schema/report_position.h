// How our logs name a report: the beginning of its journal log's UUID and its sequence number,
// "7f3a9c2e/1841". The field is called `report` in every process, so that one search finds all that
// became of a mail. For people; programs use the whole UUID.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace secondlook {

std::string report_position(std::string_view log_uuid, std::uint64_t sequence);

}  // namespace secondlook
