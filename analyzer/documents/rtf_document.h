// RTF files: objects in hexadecimal digits, templates from elsewhere, DDE fields.
#pragma once

#include <string_view>

#include "analyzer/documents/office_inspection.h"

namespace secondlook {

// Facts: "ole_package", "ole_program", "equation_object", "external_template", "external_content",
// "dde". Reads objects as Word does: whitespace, groups, control words and \bin between the digits.
void inspect_rtf_document(std::string_view rtf, OfficeInspection& inspection);

}  // namespace secondlook
