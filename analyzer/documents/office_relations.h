// A package's relations to what lies outside it (ECMA-376 part 2, "_rels/*.rels").
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Where a target leads: a page on the network, a file share, or nowhere outside the reader's
// machine.
enum class TargetPlace { web, share, local };
TargetPlace place_of_target(std::string_view target);

// Of a template that is not local: "shared_template" when it lies where those of companies do (a
// file share, a server of the intranet, a folder of SharePoint that wants a sign-in), else
// "external_template".
std::string_view fact_of_template(std::string_view target);

// Facts: "external_template" (a template from the web), "shared_template" (from a company's
// own place), "external_content" (objects, frames, parts of the text from web or
// share), "external_reference" (pictures and others). Links and all of those as URLs.
void inspect_office_relations(std::string_view xml, DocumentFindings& findings);

}  // namespace secondlook
