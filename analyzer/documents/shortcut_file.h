// Windows shortcuts (LNK, MS-SHLLINK): what a click starts.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Facts: "shortcut" (target and arguments), "shortcut_runs" (an interpreter or a tool that loads
// down: cmd, powershell, mshta …), "shortcut_elsewhere" (the target lies on another machine),
// "shortcut_carries" (bytes behind its end: what it runs lies in itself). URLs in the arguments as
// links.
void inspect_shortcut_file(std::string_view content, DocumentFindings& findings);

}  // namespace secondlook
