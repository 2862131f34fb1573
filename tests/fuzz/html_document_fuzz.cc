#include <cstdint>

#include "analyzer/documents/html_document.h"
#include "tests/fuzz/document_bounds.h"

// Any bytes as a page: findings stay within their bounds and are UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  DocumentFindings findings;
  inspect_html_document({reinterpret_cast<const char*>(data), size}, findings);
  check_bounds(findings);
  return 0;
}
