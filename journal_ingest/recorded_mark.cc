#include "journal_ingest/recorded_mark.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"

namespace secondlook {

Result<RecordedMark> parse_recorded_mark(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return malformed("recorded mark: no JSON object");
  const auto log = parsed.find("log");
  const auto recorded = parsed.find("recorded");
  if (log == parsed.end() || !log->is_string()) return malformed("recorded mark: no \"log\"");
  if (recorded == parsed.end() || !recorded->is_number_unsigned())
    return malformed("recorded mark: no \"recorded\"");
  return RecordedMark{log->get<std::string>(), recorded->get<std::uint64_t>()};
}

Result<RecordedMark> read_recorded_mark(const std::string& path) {
  auto content = read_file(path, 4096);
  if (!content) return std::move(content).error();
  return parse_recorded_mark(*content);
}

}  // namespace secondlook
