// Who moved a copy to where it lies: decided by evidence alone, "unknown" where there is none.
// Pure.
#pragma once

#include "cli/explanation.h"

namespace secondlook {

// `asked`: `seen` is fresh from Graph; else its place is what the database says.
Mover find_mover(const FoundMessage& message, const CopySeen& seen, bool asked,
                 const FindCommand& find_command, Language language);

// The place in which a removal by `action` puts a copy, as CopySeen names it.
std::string_view place_of(Action action);

// The last step that changed the mailbox's copies, or null.
const Step* last_effective_step(const FoundMessage& message, const std::string& mailbox);

}  // namespace secondlook
