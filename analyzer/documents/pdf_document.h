// PDF files, by qpdf: where they lead, what acts when they are opened, what is embedded, and the QR
// codes in their pictures. Text is not read, pages are not drawn: a code made of lines is not seen.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Facts: "pdf_javascript", "pdf_launch", "pdf_open_action", "pdf_embedded_file",
// "embedded_program", "pdf_submit_form", "pdf_remote", "encrypted_document" (only a password opens
// it), "pictures_passed_over" (of kinds that are not decoded, or beyond the bounds of one
// document); those of pictures, and of embedded files that are documents. Damaged files are read as
// far as qpdf repairs them. Bounded in objects, decoded bytes and CPU time; beyond that it is
// unseen.
void inspect_pdf_document(std::string_view content, DocumentFindings& findings);

}  // namespace secondlook
