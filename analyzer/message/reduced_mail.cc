#include "analyzer/message/reduced_mail.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace secondlook {
namespace {

struct Range {
  std::size_t begin = 0, end = 0;
};

bool is_inside(std::string_view part, std::string_view whole) {
  const std::less_equal<> before;
  return before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

// Rules see the text of attached texts too.
bool is_text(const MessagePart& part) {
  return part.content_type.starts_with("text/");
}

std::vector<Range> what_goes(const ParsedMessage& message, std::size_t text_bytes) {
  std::vector<Range> gone;
  for (const MessagePart& part : message.parts) {
    const bool is_leaf = !part.is_multipart && !part.is_message;
    if (!is_leaf || !is_inside(part.body, message.bytes)) continue;
    const std::size_t kept =
        is_text(part) ? std::min(text_bytes, part.body.size()) : std::size_t{0};
    const auto begin = static_cast<std::size_t>(part.body.data() - message.bytes.data());
    if (kept < part.body.size()) gone.push_back({begin + kept, begin + part.body.size()});
  }
  std::sort(gone.begin(), gone.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
  return gone;
}

}  // namespace

std::string reduce_mail(const ParsedMessage& message, const ReductionLimits& limits) {
  std::string reduced;
  std::size_t at = 0;
  for (const Range& range : what_goes(message, limits.text_bytes)) {
    if (range.begin > at) reduced += message.bytes.substr(at, range.begin - at);
    if (reduced.size() >= limits.bytes) break;
    at = std::max(at, range.end);
  }
  if (reduced.size() < limits.bytes) reduced += message.bytes.substr(at);
  if (reduced.size() > limits.bytes) reduced.resize(limits.bytes);
  return reduced;
}

}  // namespace secondlook
