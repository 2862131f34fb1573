// An object as OLE 1 kept it, which RTF still does (MS-OLEDS 2.2): a class name and bytes for it.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/documents/office_inspection.h"

namespace secondlook {

// Adds "ole_package", "ole_program", "equation_object", and what a compound file in it holds. A
// header that cannot be read does not hide a compound file behind it.
void inspect_ole1_object(std::string_view object, OfficeInspection& inspection);

// "Equation.3" and its kin, as a class name.
bool is_equation_name(std::string_view class_name);

}  // namespace secondlook
