#include <algorithm>
#include <cstdint>
#include <string>

#include "analyzer/documents/office_inspection.h"
#include "tests/fuzz/document_bounds.h"

// Any bytes behind the signature of a compound file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  std::string file(reinterpret_cast<const char*>(data), size);
  file.replace(0, std::min<std::size_t>(8, size), "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
  DocumentFindings findings;
  inspect_office_document(file, findings);
  check_bounds(findings);
  return 0;
}
