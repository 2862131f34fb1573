// Is a journal report the tenant's own? Reports are not signed, and whoever reaches the port can
// write one, to have a victim's mail removed. What Exchange Online puts into every report, and the
// envelope the tenant announced, must be there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/message/journal_report.h"
#include "schema/configuration.h"

namespace secondlook {

// Why the report cannot be the tenant's; nothing when the evidence is there. `mail_from` without
// angle brackets, empty for the null reverse path; report_senders name addresses, "<>", or all of a
// "@domain". While the tenant's domains name no
// *.onmicrosoft.com, any such name is taken: list it to have the check in full. Of "on_premises"
// only MAIL FROM is asked: such reports carry no X-OriginatorOrg.
std::optional<std::string> reason_to_call_forged(const JournalReport& report,
                                                 const TenantSettings& tenant,
                                                 std::string_view mail_from);

}  // namespace secondlook
