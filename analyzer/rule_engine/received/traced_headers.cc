#include "analyzer/rule_engine/received/traced_headers.h"

#include <algorithm>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

// The index of the Received field that has `lines` of them above it, or of the end.
std::size_t field_after(const std::vector<HeaderField>& headers, std::size_t lines) {
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (!equals_ignoring_case(headers[i].name, "Received")) continue;
    if (lines == 0) return i;
    --lines;
  }
  return headers.size();
}

}  // namespace

bool is_traced(std::string_view field) {
  return field == "ALL-TRUSTED" || field == "ALL-UNTRUSTED" || field == "ALL-INTERNAL" ||
         field == "ALL-EXTERNAL" || field.starts_with("x-spam-relays-");
}

std::optional<std::string> traced_relays(std::string_view field, const RelayTrail& trail) {
  if (field == "x-spam-relays-trusted") return text_of(trail.trusted);
  if (field == "x-spam-relays-untrusted") return text_of(trail.untrusted);
  if (field == "x-spam-relays-internal") return text_of(trail.internal);
  if (field == "x-spam-relays-external") return text_of(trail.external);
  return std::nullopt;
}

std::optional<FieldRange> traced_fields(std::string_view field, const RelayTrail& trail,
                                        const std::vector<HeaderField>& headers) {
  const bool by_trust = field == "ALL-TRUSTED" || field == "ALL-UNTRUSTED";
  if (!by_trust && field != "ALL-INTERNAL" && field != "ALL-EXTERNAL") return std::nullopt;
  const std::size_t border =
      field_after(headers, by_trust ? trail.trusted_lines : trail.internal_lines);
  const bool ours = field == "ALL-TRUSTED" || field == "ALL-INTERNAL";
  // The Received on the border belongs to both sides: ours wrote it about theirs.
  return ours ? FieldRange{0, std::min(border + 1, headers.size())}
              : FieldRange{border, headers.size()};
}

}  // namespace secondlook
