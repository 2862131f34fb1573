// Compound files: old Office documents, objects in others, VBA projects, kept mails.
#pragma once

#include <string_view>

#include "analyzer/documents/office_inspection.h"

namespace secondlook {

// Adds macros (vba_macros.h), macro sheets and DDE of .xls (excel_workbook.h), DDE fields of .doc,
// files put in, equations, links of objects, encryption; the files in a .msg.
void inspect_ole_document(std::string_view content, OfficeInspection& inspection);

// A class id, 16 bytes as they stand in a file: whether it is Equation Editor's.
bool is_equation_class(std::string_view class_id);

// The bytes of a URL moniker or a link object: URLs in it are opened when the document is.
void inspect_object_link(std::string_view bytes, DocumentFindings& findings);

}  // namespace secondlook
