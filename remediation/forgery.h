// Whether a journal report came the way the tenant's reports come. The journal address is secret,
// but a secret can leak: a report with an unexpected envelope sender is recorded, never acted on.
#pragma once

#include <optional>
#include <string>

#include "schema/configuration.h"
#include "schema/verdict.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

// The reason in plain words when `stamp.mail_from` is none of tenant.report_senders ("<>" is the
// null reverse path, an entry beginning with '@' is a whole domain; an empty list expects nothing).
std::optional<std::string> forgery_reason(const VerdictStamp& stamp, const TenantSettings& tenant);

// Makes the verdict `forged_report`, with the reason among its errors. The store keeps forged
// reports apart from genuine ones of the same mail: they add no recipients and worsen no
// disposition.
void mark_forged(Verdict& verdict, const std::string& reason);

}  // namespace secondlook
