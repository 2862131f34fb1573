#include "schema/report_position.h"

namespace secondlook {

std::string report_position(std::string_view log_uuid, std::uint64_t sequence) {
  return std::string(log_uuid.substr(0, 8)) + "/" + std::to_string(sequence);
}

}  // namespace secondlook
