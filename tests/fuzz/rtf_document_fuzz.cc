#include <cstdint>
#include <string>

#include "analyzer/documents/office_inspection.h"
#include "tests/fuzz/document_bounds.h"

// Any bytes as RTF.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  DocumentFindings findings;
  inspect_office_document("{\\rt" + std::string(content), findings);
  check_bounds(findings);
  return 0;
}
