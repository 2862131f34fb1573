// How a verdict becomes rows: the parts that record() is made of. For schema/store alone; all of it
// runs inside record()'s savepoint.
//
// Reports of the same message share one row of `messages`. Which verdict that row shows, and which
// recipients it has, is a function of the set of recorded reports alone, never of their order:
//   deciding verdict: of those not superseded by a higher revision the worst (severity_rank), then
//                     the highest score, the earliest received, the lowest (log, sequence);
//   recipients:       the union over all reports, by lower-case address; a mailbox that forwarded,
//                     and for which an address's row has no room, is a recipient of its own.
#pragma once

#include <string>
#include <vector>

#include "schema/store/search_index.h"
#include "schema/store/sqlite_connection.h"
#include "schema/store/store.h"

namespace secondlook {

// What two reports of the same message have in common: how they reached us, digest and Message-ID.
// A verdict without digest (the worker died) is a message of its own, named by its record. Reports
// that are none or are forged, and plain copies, never share a row with real ones.
// 16 bytes, as short_hash_bytes of sql_functions.h.
std::string identity_of(const RecordedReport& report);

// The row with this identity, made when absent.
struct FoundRow {
  MessageRowId id;
  bool is_new;
};
Result<FoundRow> find_or_add_message(Connection& connection, const RecordedReport& report);

Result<void> add_recipients(Connection& connection, MessageRowId message,
                            const std::vector<Recipient>& recipients);

// A verdict that was just written, so that it is not read again.
struct FreshReport {
  std::int64_t id = 0;  // reports.id; 0: none
  const Verdict* verdict = nullptr;
  Timestamp received_at{};
  bool is_only = false;  // its message's row was made for it, with its columns
};
// The deciding verdict, all recipients, and what the index is to say of the message.
struct DerivedMessage {
  Verdict verdict;
  std::vector<Recipient> recipients;
  IndexedMessage texts;
};
// Makes the message's row follow from its reports, as said above.
Result<DerivedMessage> derive_message(Connection& connection, SearchIndex& index,
                                      MessageRowId message, const FreshReport& fresh);

// A revision moved a report, its earlier revisions included, from `old_message` to another row.
// Both rows' recipients are gathered anew. When that was the old row's last report, its steps and
// what was restored by hand move too, and the empty row goes; else it is derived anew. The index
// follows.
Result<void> leave_message(Connection& connection, SearchIndex& index, MessageRowId old_message,
                           MessageRowId new_message);

// What record() answers about the message as it now stands (all but is_new and report_is_new).
Result<MessageRow> read_message_row(Connection& connection, MessageRowId message,
                                    const Verdict& deciding, std::vector<Recipient> recipients);

// By reports.id, or of the message. not_found: there is none.
Result<Verdict> read_verdict(Connection& connection, std::int64_t report);
Result<Verdict> read_deciding_verdict(Connection& connection, MessageRowId message);

// Beside the report's row; nothing to keep when empty.
Result<void> keep_reduced_mail(Connection& connection, std::int64_t report,
                               std::string_view packed);

Result<std::vector<Recipient>> read_recipients(Connection& connection, MessageRowId message);

}  // namespace secondlook
