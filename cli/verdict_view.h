// How a verdict looks to a person: used by `scan` and `show`.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/language.h"
#include "schema/verdict.h"

namespace secondlook {

Colour colour_of(Disposition disposition);
std::string score_text(double score);  // "12.5"

// The mail's own facts, one a line: From, Subject, recipients, authentication, attachments.
void print_facts(const Console& console, const Verdict& verdict,
                 Language language = Language::english);
// One line a hit, its evidence beneath; then errors. Descriptions are in the language that the mail
// was judged in
// (`lang` of the configuration).
void print_hits(const Console& console, const Verdict& verdict,
                Language language = Language::english);

}  // namespace secondlook
