// Text that a stranger may have chosen, made fit to be shown: before each medium's own encoding.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace secondlook {

// One line of well-formed UTF-8 of at most `most_bytes`, with "…" where it was cut. Control
// characters, line separators, bidirectional controls and invisible format characters (tags too)
// become "\u{202e}", so that nothing can turn, hide or add a line; "://" becomes "[:]//", so that
// no medium makes a link of it.
std::string visible_text(std::string_view text, std::size_t most_bytes);

// The first `most_bytes` at the most, never inside a character, "…" where something was cut.
std::string cut_text(std::string_view text, std::size_t most_bytes);

}  // namespace secondlook
