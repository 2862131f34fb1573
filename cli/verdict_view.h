// How a verdict looks to a person: used by `scan` and `show`.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "schema/verdict.h"

namespace secondlook {

Colour colour_of(Disposition disposition);
std::string score_text(double score);  // "12.5"

// The mail's own facts, one a line: From, Subject, recipients, authentication, attachments.
void print_facts(const Console& console, const Verdict& verdict);
// One line a hit, its evidence beneath; then errors.
void print_hits(const Console& console, const Verdict& verdict);

}  // namespace secondlook
