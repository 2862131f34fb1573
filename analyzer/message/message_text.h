// The texts that rules look at, and the links, out of the decoded text parts.
#pragma once

#include "analyzer/message/parsed_message.h"

namespace secondlook {

// Whether a client shows the part as HTML: by its type, or by its file name whatever the type says,
// since the desktop goes by the name.
bool is_html(const MessagePart& part);

// Fills `body_text`, `raw_body` and `links` from `headers` and `parts`, within the limits; what was
// cut is noted in `errors`.
void fill_texts(ParsedMessage& message, const MessageLimits& limits);

}  // namespace secondlook
