// The verdict that the master gives for a mail it could not have analysed: of nothing but the
// reason.
#pragma once

#include <string>
#include <string_view>

#include "schema/verdict.h"

namespace secondlook {

// Disposition `unscanned`, one error: never to be read as clean.
Verdict unscanned_verdict(std::string_view reason);
std::string unscanned_verdict_json(std::string_view reason);

}  // namespace secondlook
