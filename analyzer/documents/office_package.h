// Office files of today (ECMA-376): a ZIP with "[Content_Types].xml".
#pragma once

#include <string_view>

#include "analyzer/documents/office_inspection.h"

namespace secondlook {

// Whether a ZIP is one; by the name in it, without unpacking.
bool is_office_package(std::string_view zip);

// Adds its relations to elsewhere, fields, links, macro sheets, macros and objects. A ZIP that is
// none is passed over, or in another file looked through as an archive.
void inspect_office_package(std::string_view zip, OfficeInspection& inspection);

}  // namespace secondlook
