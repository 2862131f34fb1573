// What a rule set has to see of a mail to judge it again later, in few bytes: the mail as it came,
// header and structure untouched, without what attachments hold that are no text, and with long
// texts cut. It is still a mail, so that judging it needs nothing but the ordinary analysis.
#pragma once

#include <cstddef>
#include <string>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

struct ReductionLimits {
  std::size_t text_bytes = 32 << 10;  // of one text part, undecoded
  std::size_t bytes = 128 << 10;      // in all: what is behind is cut off
};

// Of a part that is no text the body goes and the header stays. Parts that
// only the second reading saw have no place of their own in the bytes: their bytes stay or go with
// the part that holds them.
std::string reduce_mail(const ParsedMessage& message, const ReductionLimits& limits = {});

}  // namespace secondlook
