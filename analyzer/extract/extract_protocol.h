// What a worker, the keeper of extractors and an extractor say to each other, in frames
// (schema/frame.h). A file may have taken its extractor over: what the extractor answers is read as
// strictly as what strangers send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/documents/document_findings.h"
#include "base/result.h"

namespace secondlook {

// On the connection that the master made (helper_process.h).
enum class KeeperFrame : std::uint8_t {
  // worker -> keeper, with two descriptors: an extractor's end of a new socket pair, and the memory
  // that files are put into. The extractor before is killed first.
  start = 1,
  kill = 2,     // worker -> keeper: the extractor has overrun
  started = 3,  // keeper -> worker: its process number, 32 bits
  ended = 4     // keeper -> worker, once for each `started`, before the next: its wait status, too
};
inline constexpr std::size_t kLongestKeeperFrame = 4;

// On the socket pair. One file is answered before the next is asked about.
enum class ExtractFrame : std::uint8_t {
  file = 1,     // worker -> extractor: an ExtractRequest; the file stands where the memory begins
  findings = 2  // extractor -> worker
};

// The memory's size, and so that of the largest file.
inline constexpr std::size_t kMostFileBytes = 256 << 20;

struct ExtractRequest {
  std::uint64_t length = 0;  // of the file
  bool begins_message = false;
  InspectionAllowance allowance;  // its `seen_pictures` do not travel
  std::string type;               // by detect_file_type()
};
inline constexpr std::size_t kLongestFileType = 200;
inline constexpr std::size_t kLongestExtractRequest = 512;
// All facts, links, codes and reasons that DocumentFindings holds, at their longest.
inline constexpr std::size_t kLongestFindings = 8 << 20;

std::string encode_request(const ExtractRequest& request);
Result<ExtractRequest> decode_request(std::string_view bytes);

std::string encode_findings(DocumentFindings& findings);
// `before`: the allowance that was asked with. Malformed: a version, length or count that does not
// fit, a text that is no UTF-8 or too long, a name that is none, something twice, more left than
// there was.
Result<DocumentFindings> decode_findings(std::string_view bytes, const InspectionAllowance& before);

}  // namespace secondlook
