// Field codes of Word: { DDEAUTO c:\\windows\\... }, { INCLUDETEXT "https://…" }.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// The text of one field's instruction, UTF-8. Adds "dde", "external_content" (INCLUDETEXT and the
// like from elsewhere), "external_reference" (a picture from there) and the targets of links.
// Whether it is one of them.
bool inspect_field_code(std::string_view code, DocumentFindings& findings);

}  // namespace secondlook
