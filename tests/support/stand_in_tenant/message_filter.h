// The $filter by which a mail without a Message-ID is looked for: clauses joined by "and", each of
//   receivedDateTime ge TIME, receivedDateTime le TIME, subject eq '...',
//   from/emailAddress/address eq '...'
// As Graph demands, what is filtered by first is the time. Others are refused rather than guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "tests/support/stand_in_tenant/tenant.h"

namespace secondlook::stand_in {

struct MessageFilter {
  std::optional<Timestamp> received_from, received_until;
  std::optional<std::string> subject, sender;

  bool fits(const Copy& copy) const;
};

std::optional<MessageFilter> read_message_filter(std::string_view text);

}  // namespace secondlook::stand_in
