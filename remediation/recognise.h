// Is this copy the mail that was judged? A Message-ID alone proves nothing: whoever sends mail can
// reuse the id of one that you want to keep (DESIGN 2.5). Pure functions.
#pragma once

#include "graph_client/mailbox_client.h"
#include "schema/store/store.h"

namespace secondlook {

enum class Likeness {
  judged,    // this is it
  different  // an equal Message-ID at most: never touched
};

// Where both sides know the Network-Message-Id (Exchange gives each mail one, and strips those of
// strangers), it alone decides. Else sender, subject and times must agree, with at least one time
// known to both, and the size roughly where both know it:
//   sent      within 2 s: the same header read twice
//   received  from 1 h before to 24 h after the report: filters and greylists delay delivery
//   size      between a quarter and four times, 64 KiB allowed on top: MAPI counts otherwise
// A mail without a Message-ID needs both times to agree: nothing else ties the copy to it.
Likeness recognise(const JudgedMessage& judged, const MailCopy& copy);

}  // namespace secondlook
