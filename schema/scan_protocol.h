// `secondlook scan` and the confined analyzer it starts ("secondlook-analyzer scan", socket on
// descriptor 3): the tool opens files and passes descriptors, the analyzer parses. Frames of
// schema/frame.h.
#pragma once

#include <cstdint>

namespace secondlook {

enum class ScanFrame : std::uint8_t {
  ready = 1,   // analyzer -> tool, once: {"rule_set": "...", "malware_scanning": bool}
  job = 2,     // tool -> analyzer: {"index": n} with one descriptor of a regular file; at most 64
               // unanswered at a time. A pipe (-) is first copied to an unnamed file by the tool.
  result = 3,  // analyzer -> tool, in any order: "n\n" then the verdict's JSON object
  failed = 4   // analyzer -> tool, instead of ready: plain text, one complaint a line; exit 2
};
// The tool shuts its side down when all jobs are sent; the analyzer exits 0 after the last result.

inline constexpr int kScanDescriptor = 3;
inline constexpr std::uint32_t kMostScanJobs = 64;

}  // namespace secondlook
