// HTML and SVG files: scripts that build a file out of their own text ("HTML smuggling"), which no
// gateway sees travel, and scripts and forms where a reader expects a document.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// By what it is, or by a name that a browser opens (.html .htm .shtml .xhtml .svg .hta).
bool is_html_document(std::string_view type, std::string_view name);

// Facts: "script", "smuggled_file" (a large encoded text, decoded and saved as a file),
// "script_decodes" (a large encoded text is decoded and run or written), "password_form",
// "form_elsewhere" (its target in detail), "script_leaves" (script or refresh that goes to another
// page by itself). Of SVG the same. Reads at most the first 4 MiB; more is unseen.
void inspect_html_document(std::string_view content, DocumentFindings& findings);
// The same but for codes that are drawn or pictures of its own (drawn_codes.h), for which a decoder
// is needed.
void read_html_document(std::string_view content, DocumentFindings& findings);
// What both read, as UTF-8.
std::string utf8_of_html(std::string_view content);

}  // namespace secondlook
