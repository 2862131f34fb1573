// What is recorded of every message from the first day, because later features need the history:
// who, when, how it came, how it was authenticated, links and attachments.
#pragma once

#include <string>
#include <vector>

#include "analyzer/message/journal_report.h"
#include "analyzer/message/parsed_message.h"
#include "analyzer/trusted_headers.h"
#include "schema/configuration.h"
#include "schema/verdict.h"

namespace secondlook {

// Everything that names the message: of the original as it stands in the mailbox.
void fill_identity(Verdict& verdict, const ParsedMessage& original, const TrustedHeaders& trusted);

// Links and attachments: of the copy that was read (the decrypted one where there is one).
void fill_content(Verdict& verdict, const ParsedMessage& read);

// Recipients of a mail without a report: To and Cc.
std::vector<Recipient> recipients_in_header(const ParsedMessage& message);

// Recipients of a plain copy: what To, Cc, Delivered-To and X-Gm-Original-To name among the
// tenant's own domains, each address once, its journal addresses left out.
std::vector<Recipient> own_recipients_in_header(const ParsedMessage& message,
                                                const TenantSettings& tenant);

// "inbound", "outbound" or "internal". Internal: sent by the tenant, to own domains alone.
std::string direction_of(const TrustedHeaders& trusted, const std::vector<Recipient>& recipients,
                         const std::vector<std::string>& own_domains);

}  // namespace secondlook
