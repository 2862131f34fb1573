// Internet shortcuts (.url): an INI file whose URL a click opens. A page is ordinary; file:, UNC
// and search-ms: bring a file of a stranger's machine into the reader's explorer, where a click
// runs it.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Facts: "internet_shortcut" (its URL), "shortcut_elsewhere" (the URL is no page, and lies on a
// machine outside the intranet: one whose name has a dot, or an address). Pages as links.
void inspect_internet_shortcut(std::string_view content, DocumentFindings& findings);

}  // namespace secondlook
