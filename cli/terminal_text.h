// Text of a mail made fit for its medium: a terminal line, a JSON line, a CSV field. A mail's
// author chooses every byte of its subject; none of these bytes may move the cursor, recolour the
// screen, turn the reading direction, hide text or become a spreadsheet's formula.
//
// Escaped are: C0 and C1 controls and DEL, line and paragraph separators, bidirectional controls
// (UAX #9: ALM, LRM, RLM, embeddings, overrides, isolates), invisible format characters (zero-width
// space, word joiner, byte order mark, soft hyphen, tags, interlinear annotation), noncharacters
// and bytes that are no UTF-8. Kept are ZERO WIDTH JOINER and NON-JOINER, which Persian, Indic
// scripts and emoji need.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace secondlook {

// One line for a terminal: what is listed above becomes "\n", "\x1b" (a byte) or "\u{202e}".
std::string terminal_text(std::string_view text);

// A JSON document for a terminal or a file: the same characters become "\u202e", beyond the basic
// plane a surrogate pair; bytes that are no UTF-8 "\ufffd". Gives JSON of the same value, since in
// JSON such characters can stand inside strings only. Expects it without line breaks.
std::string json_text(std::string_view json);

// `text` as a JSON string, quotes included, with the same escapes.
std::string json_string(std::string_view text);

// A field of RFC 4180, quoted where needed, controls escaped as for terminals. What a spreadsheet
// would take for a formula (first character = + - @, also full-width) gets an apostrophe in front.
std::string csv_field(std::string_view text);

// Columns that terminal_text's result takes: East Asian wide characters count two (UAX #11),
// combining marks and joiners none.
std::size_t display_width(std::string_view text);

// Cut to at most `width` columns, the last one "…" when something was cut. Never inside a
// character. For results of terminal_text.
std::string fit_to_width(std::string_view text, std::size_t width);

}  // namespace secondlook
