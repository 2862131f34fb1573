// Mails of a wanted size, the same ones each time, to see how cost grows with size. Words, lines,
// links and markup are as dense at every size.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace secondlook {

enum class MailShape { text, html, attachment, small_parts };

inline constexpr std::array kMailShapes = {MailShape::text, MailShape::html, MailShape::attachment,
                                           MailShape::small_parts};

// "text", "HTML", "base64 attachment", "small parts".
std::string_view name_of(MailShape shape);

// A complete mail with CRLF of about `bytes` (exact to some kB): one text/plain part; one text/html
// part with paragraphs, styles, links; a short text with one application/pdf in base64; parts of 2
// kB, text and attachments in turn.
std::string mail_of(MailShape shape, std::size_t bytes);

}  // namespace secondlook
