// A file that lies in a document, whatever the document's format.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Fact "embedded_program" when it runs, by name or first bytes; a file of a format that has an
// inspector is looked into, within the allowance; an archive is unseen.
void inspect_embedded_file(std::string_view content, std::string_view name,
                           DocumentFindings& findings);

}  // namespace secondlook
