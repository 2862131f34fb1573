// Text as SpamAssassin's body rules see it: one line a paragraph. Not what a reader sees (that is
// VisibleText): characters without width stay, and so does hidden text, since rules look for them.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

// Appends UTF-8 text with every run of white space replaced: what lies from its first to its last
// line feed by one line feed (a paragraph ends), where it has two or more; all else by one blank.
// White space is what Unicode calls so (no-break and ideographic spaces too). Linear.
void append_paragraphs(std::string& out, std::string_view text);

// The same for HTML: a run of the white space that HTML knows (ASCII's) becomes one blank.
void append_with_single_blanks(std::string& out, std::string_view text);

}  // namespace secondlook
