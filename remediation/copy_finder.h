// Finds the copies of a judged mail in one mailbox and says how far out of sight each one lies.
// Asks Graph, writes nothing.
#pragma once

#include <string>
#include <vector>

#include "graph_client/mailbox_client.h"
#include "remediation/begun_resolution.h"
#include "schema/store/store.h"

namespace secondlook {

struct SightedCopy {
  MailCopy copy;
  Place place = Place::visible;
};

struct FoundCopies {
  std::vector<SightedCopy> judged;  // recognised: the mail that was judged
  bool others = false;              // an equal Message-ID, but another mail
};

// Where is looked. The search of the mailbox (Junk and Deleted Items included) is one request;
// Recoverable Items lie outside it and are one more, Purges another.
enum class Reach {
  mailbox,
  mailbox_then_recoverable,  // Recoverable Items only when the mailbox holds no judged copy
  with_recoverable,
  with_purges
};

// By Message-ID; without one by sender, subject and time of receipt.
GraphResult<FoundCopies> find_judged_copies(MailboxClient& client, const std::string& user_id,
                                            const JudgedMessage& judged, Reach reach);

// One copy by its immutable id; stale_id when it is gone.
GraphResult<SightedCopy> look_at_copy(MailboxClient& client, const std::string& user_id,
                                      const std::string& copy_id);

}  // namespace secondlook
