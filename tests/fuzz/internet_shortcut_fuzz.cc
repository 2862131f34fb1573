#include <cstdint>

#include "analyzer/documents/internet_shortcut.h"
#include "tests/fuzz/document_bounds.h"

// Any bytes as an internet shortcut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  DocumentFindings findings;
  inspect_internet_shortcut(content, findings);
  check_bounds(findings);
  return 0;
}
