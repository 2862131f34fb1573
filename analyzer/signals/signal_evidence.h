// What every signal gives back: a hit with where and what, cut to the bounds of schema/verdict.h.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "analyzer/signals/signals.h"

namespace secondlook {

inline constexpr std::size_t kMostSignalEvidence = 5;
inline constexpr std::size_t kLongestSignalEvidence = 200;

// `text` at most 200 bytes, cut at a character's edge.
inline std::string evidence_text(std::string_view text) {
  if (text.size() <= kLongestSignalEvidence) return std::string(text);
  std::size_t end = kLongestSignalEvidence;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

inline void add_evidence(SignalResult& result, std::string where, std::string_view text) {
  result.hit = true;
  if (result.evidence.size() < kMostSignalEvidence)
    result.evidence.push_back({std::move(where), 0, evidence_text(text)});
}

// No arguments choose everything.
inline bool is_chosen(const SignalArguments& arguments, std::string_view way) {
  return arguments.empty() || std::ranges::find(arguments, way) != arguments.end();
}

}  // namespace secondlook
