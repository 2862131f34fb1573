// Files that Windows runs on a double click, by name and by first bytes; macro documents are
// another matter.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

// The last extension, lower case; blanks and dots that Windows drops from the end do not count.
std::string extension_of(std::string_view name);

bool is_program_name(std::string_view name);
// type: of detect_file_type().
bool is_program_type(std::string_view type);

}  // namespace secondlook
