#include <cstdint>
#include <string>

#include "analyzer/documents/office_inspection.h"
#include "analyzer/documents/office_relations.h"
#include "analyzer/documents/word_fields.h"
#include "analyzer/documents/xml_scanner.h"
#include "tests/fuzz/document_bounds.h"

// Any bytes as a package and as each of the XML parts in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  DocumentFindings findings;
  inspect_office_document(content, findings);
  const std::string xml = xml_in_utf8(content);
  inspect_office_relations(xml, findings);
  inspect_word_fields(xml, findings);
  check_bounds(findings);
  return 0;
}
