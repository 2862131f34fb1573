#include <cstdint>

#include "analyzer/documents/drawn_codes.h"
#include "tests/fuzz/document_bounds.h"

// Any bytes as the HTML or the text of a mail, by the first one: findings stay within their bounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  DocumentFindings findings;
  if (data[0] % 2 == 0)
    look_for_codes_in_html(text, findings);
  else
    look_for_codes_in_text(text, findings);
  check_bounds(findings);
  return 0;
}
