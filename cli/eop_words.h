// What Exchange Online Protection wrote about a mail, in plain sentences. The values and their
// meanings: "Anti-spam message headers in Microsoft 365", learn.microsoft.com
// /defender-office-365/message-headers-eop-mdo; "Bulk complaint level",
// .../anti-spam-bulk-complaint-level-bcl-about.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/language.h"
#include "schema/verdict.h"

namespace secondlook {

// One fact with where it stands: "SFV:SFE in X-Forefront-Antispam-Report".
struct EopSentence {
  std::string source, text;
};

// Empty when Exchange said nothing. Values that Microsoft does not explain are named as they are.
std::vector<EopSentence> explain_eop(const EopFacts& facts, Language language);

// Whether Exchange itself called it spam or worse, by any of the values: then Junk Email is where
// its default policies put it.
bool eop_means_junk(const EopFacts& facts);
// Whether the default policies keep such a mail in quarantine.
bool eop_means_quarantine(const EopFacts& facts);

// X-Microsoft-Antispam-Mailbox-Delivery of a copy: where the mailbox's server put it at delivery.
// Undocumented by Microsoft; read as universities' help desks do: dest:I the inbox, dest:J Junk
// Email, dest:C another folder by a rule; OFR:CustomRules a rule of the mailbox.
enum class DeliveredTo { unknown, inbox, junk, rules_folder };
DeliveredTo delivered_to(std::string_view note);

}  // namespace secondlook
