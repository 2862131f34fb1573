// How long a string must stand in every match of a pattern. Hyperscan finds patterns with such a
// literal almost for free; those without are walked over every byte, and are therefore kept in a
// database of their own, where they can be measured and guarded.
#pragma once

#include <cstddef>

#include "analyzer/rule_engine/parser/perl_pattern.h"

namespace secondlook {

// The longest run of plain characters that every match contains; of alternatives, the shortest of
// their runs. Understands just enough of Perl's patterns and never says too much: 0 when in doubt.
std::size_t required_literal_length(const PerlPattern& pattern);

}  // namespace secondlook
