// The sites that a mail's links lead to, as the history of an organisation counts them.
#pragma once

#include <string>
#include <vector>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

// Registrable domains (registrable_domain.h) of the links' hosts, an address or a public suffix as
// it stands; sorted, each once, at most VerdictBounds::kLinkSites. Beyond, those of the links that
// come first.
std::vector<std::string> link_sites(const ParsedMessage& message);

}  // namespace secondlook
