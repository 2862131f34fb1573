// A package's relations to what lies outside it (ECMA-376 part 2, "_rels/*.rels").
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Where a target leads: a page on the network, a file share, or nowhere outside the reader's
// machine.
enum class TargetPlace { web, share, local };
TargetPlace place_of_target(std::string_view target);

// Facts: "external_template" (a template from the web), "shared_template" (from a file share:
// ordinary in companies), "external_content" (objects, frames, parts of the text from web or
// share), "external_reference" (pictures and others). Links and all of those as URLs.
void inspect_office_relations(std::string_view xml, DocumentFindings& findings);

}  // namespace secondlook
