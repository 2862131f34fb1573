// VBA projects in a compound file: a document's macros, or a vbaProject.bin.
#pragma once

#include "analyzer/documents/document_findings.h"
#include "analyzer/documents/ole_storage.h"

namespace secondlook {

// Facts: "macro" (modules with code), "macro_autorun" (Office starts it without being asked),
// "macro_acts" (it starts programs, loads down, reaches into processes), "macro_reaches_out" (it
// makes objects or calls the system; ordinary by itself), with the words found; "macro_stomped":
// the text was taken out, the compiled code left. URLs in the code as links. Reads at most 4 MiB of
// text, of 500 modules.
void inspect_vba_macros(const OleStorage& storage, DocumentFindings& findings);

}  // namespace secondlook
