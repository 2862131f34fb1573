// The fields in a part of a Word document, put together from the runs that they stand in.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Facts of field_code.h. A field in another's instruction counts as text in it; QUOTE's numbers as
// the letters that they are, which is how DDE is hidden.
void inspect_word_fields(std::string_view xml, DocumentFindings& findings);

}  // namespace secondlook
