// OneNote sections (MS-ONESTORE): files that lie behind a picture which says "click here".
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Facts: "embedded_file" (any but pictures and sound, by first bytes), "embedded_program" (by first
// bytes, or by the names that the section says); what Office files and pages in it hold.
void inspect_onenote_document(std::string_view content, DocumentFindings& findings);

}  // namespace secondlook
