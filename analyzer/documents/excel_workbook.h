// The stream "Workbook" (BIFF8) or "Book" (BIFF5) of .xls files: macro sheets of Excel 4, DDE
// links.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Facts: "excel4_macro" (the sheet, "hidden" where it is), "dde", "encrypted_document". Reads the
// records up to the first sheet.
void inspect_excel_workbook(std::string_view stream, DocumentFindings& findings);

}  // namespace secondlook
