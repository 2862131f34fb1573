// Host and domain names as impersonation needs them: what an owner registers, and what looks alike.
// Names are UTF-8, either spelling (U-labels or A-labels); at most 253 bytes are looked at. ICU
// ends in domain_name.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

// The part after the last "@", in the form of readable_domain(); "" without one.
std::string domain_of_address(std::string_view address);

// Lower case, U-labels instead of "xn--" (UTS 46); what is no valid name stays as it is.
std::string readable_domain(std::string_view domain);

// What an owner registers, in readable form: "mail.example.co.uk" -> "example.co.uk".
std::string registrable_name(std::string_view domain);

// The first label of the registrable domain: "example".
std::string brand_label(std::string_view domain);

// The same for two names that a reader cannot tell apart (UTS 39 skeleton).
std::string look_of(std::string_view domain);

bool is_within(std::string_view domain, std::string_view parent);  // equal or beneath
bool is_own_domain(std::string_view domain, const std::vector<std::string>& own_domains);

// True when one insertion, deletion, substitution or swap of neighbours (code points) makes one the
// other; false for equal names.
bool differs_by_one_edit(std::string_view left, std::string_view right);

}  // namespace secondlook
