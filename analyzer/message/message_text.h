// The texts that rules look at, and the links, out of the decoded text parts.
#pragma once

#include "analyzer/message/parsed_message.h"

namespace secondlook {

// Fills `body_text`, `raw_body` and `links` from `headers` and `parts`, within the limits; what was
// cut is noted in `errors`.
void fill_texts(ParsedMessage& message, const MessageLimits& limits);

}  // namespace secondlook
