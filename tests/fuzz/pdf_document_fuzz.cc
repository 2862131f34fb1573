#include <cstdint>
#include <cstdlib>

#include "analyzer/documents/pdf_document.h"
#include "analyzer/message/charset.h"

// Any bytes as a PDF: findings stay within their bounds and are UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  DocumentFindings findings;
  inspect_pdf_document({reinterpret_cast<const char*>(data), size}, findings);
  for (const DocumentFact& fact : findings.facts())
    if (!is_valid_utf8(fact.detail) || fact.detail.size() > DocumentFindings::kLongestDetail)
      std::abort();
  for (const std::string& url : findings.urls())
    if (!is_valid_utf8(url) || url.size() > DocumentFindings::kLongestUrl) std::abort();
  return 0;
}
