#include <cstdint>

#include "analyzer/documents/onenote_document.h"
#include "tests/fuzz/document_bounds.h"

// Any bytes as a section of OneNote.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  DocumentFindings findings;
  inspect_onenote_document(content, findings);
  check_bounds(findings);
  return 0;
}
