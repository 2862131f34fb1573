// The parameters of RFC 3461 (delivery status notifications) as far as their syntax. They are
// offered because Exchange and Postfix send them on where they can; nothing is ever made of them,
// since a report goes no further than here and we send no mail.
#pragma once

#include <string_view>

namespace secondlook {

// Whether `name` (upper case) is RET, ENVID, NOTIFY or ORCPT.
bool is_dsn_parameter(std::string_view name);

// Whether `value` is what RFC 3461 4 lets such a parameter be: RET=FULL|HDRS, ENVID=xtext of at
// most 100 characters, NOTIFY=NEVER or a list of SUCCESS, FAILURE, DELAY, ORCPT=type;xtext of at
// most 500. False is no reason to refuse a report: it is noted in the record.
bool is_sound_dsn_value(std::string_view name, std::string_view value);

}  // namespace secondlook
