// What the analyzer says when it meets remediation: the log's UUID, its durable end and the oldest
// sequence kept, the rules in force, the malware scanner's signatures and the host lists' digest.
#pragma once

#include <string>

#include "base/result.h"
#include "schema/journal_log/reader.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

Result<VerdictHello> introduce(JournalLogReader& log, std::string rule_set,
                               std::string signatures = {}, std::string host_lists = {});

}  // namespace secondlook
