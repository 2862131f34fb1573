#include <cstdint>

#include "analyzer/documents/calendar_document.h"
#include "tests/fuzz/document_bounds.h"

// Any bytes as a calendar: findings stay within their bounds and are UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  DocumentFindings findings;
  inspect_calendar({reinterpret_cast<const char*>(data), size}, findings);
  check_bounds(findings);
  return 0;
}
