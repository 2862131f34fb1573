// HTML as programs that send mail make it of a template's text: the tables, styles, counted links
// and hidden lines that rules must be able to look past. An empty line parts paragraphs;
// "[words](URL)" is a link, the same behind "> " a button, "![words](URL)" a picture.
#pragma once

#include <string>
#include <string_view>

namespace secondlook::test {

// layout: "mailer" (a table of 600 pixels, a preview line, a picture that counts), "table" (the
// same without those two) or "outlook" (as Word writes it). `host` serves the counting picture.
// Throws when there is no such layout.
std::string laid_out(std::string_view text, std::string_view layout, std::string_view host);

// The text beside it: links as their words and the URL on a line of its own.
std::string as_plain_text(std::string_view text);

// RFC 2045 section 6.7.
std::string quoted_printable(std::string_view bytes);

}  // namespace secondlook::test
