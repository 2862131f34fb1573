// QR codes in what is shown as the mail itself, or as a page: pictures that stand in their own
// address (data: URLs), and codes drawn with table cells, block characters or SVG rectangles.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// inspect_document()'s types for bodies. A body is no attached page: its scripts do not run.
inline constexpr std::string_view kHtmlBody = "text/html; body";
inline constexpr std::string_view kTextBody = "text/plain; body";

// Cheap, so that ordinary mails pay next to nothing: whether there is anything to look at.
bool may_hold_codes_in_html(std::string_view html);
bool may_hold_codes_in_text(std::string_view text);

// As for pictures: facts "qr_code", links; "qr_code_drawn" says how a code was drawn ("table",
// "text", "svg"). Each drawing is taken off the allowance of pictures; what is beyond a bound is
// unseen. UTF-8.
void look_for_codes_in_html(std::string_view html, DocumentFindings& findings);
void look_for_codes_in_text(std::string_view text, DocumentFindings& findings);

}  // namespace secondlook
