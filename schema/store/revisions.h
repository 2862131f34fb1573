// Reports that are to be judged once more: by other rules, or because another mail says the
// password of what is attached. One part of the Store, used as the Store is; the analyzer is asked
// by remediation/revisions.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

class Connection;
class SearchIndex;

// A recorded report, asked for; `request.revision` is the next one of it.
struct RevisionRequest {
  std::int64_t id = 0;
  std::uint32_t tries = 0;  // that did not end in a verdict
  JudgeAgain request;
};

// How the database keeps companions.
std::string sequences_to_json(const std::vector<std::uint64_t>& sequences);

class StoredRevisions {
 public:
  StoredRevisions(Connection& connection, SearchIndex& index)
      : connection_(connection), index_(index) {}

  // Nothing changes when the same waits already by the same cause. Urgent ones come first.
  Result<void> ask(const std::string& log, const JudgeAgain& request, bool is_urgent);
  // All reports of a message, beside what each was judged with before; not urgent.
  Result<void> ask_message(std::int64_t message, std::string_view cause);

  // Somebody reported the mail with this Message-ID. Its messages that are recorded; empty where
  // there are none, or the same person reported it before.
  Result<std::vector<std::int64_t>> note_user_report(const std::string& tenant,
                                                     const std::string& message_id,
                                                     const std::string& reporter, Timestamp at);
  // Urgent ones first, then in the order asked; one of a sequence, and none of those in `but`. What
  // was forgotten since (retention) is dropped.
  Result<std::vector<RevisionRequest>> waiting(const std::string& log, std::size_t most,
                                               const std::vector<std::uint64_t>& but);
  Result<void> note_try(std::int64_t id);
  Result<void> close(std::int64_t id);
  Result<std::uint64_t> count();
  // False: it was forgotten (retention).
  Result<bool> is_recorded(const std::string& log, std::uint64_t sequence);

  // All mail of the log received since then is to be judged by these rules, or what has attachments
  // that a malware scanner saw by these signatures; asked for part by part with take_part(). Does
  // nothing when that is under way, or done, for the same ones.
  Result<void> rescan(const std::string& log, std::string_view rule_set, Timestamp since);
  Result<void> rescan_attachments(const std::string& log, std::string_view signatures,
                                  Timestamp since);
  // What has links, whatever lists it was judged by: a digest that is new is news to all of them.
  Result<void> rescan_links(const std::string& log, std::string_view host_lists, Timestamp since);
  // Asks for the reports of the next `most` messages, the newest first, that other rules decided,
  // or of which other signatures saw the attachments, or that have links, beside the companions
  // that each was judged with before. Rules come first. False: none is left.
  Result<bool> take_part(const std::string& log, std::size_t most);

  // Sequences of the reports that decide about mails with this attribute, from the same address or
  // else the same domain as `message`, to one of its recipients, received at most `window` before
  // it; of the same address first, then the newest. Of the same log as its own. Of such mails of
  // one domain the newest 2,000 are looked at.
  Result<std::vector<std::uint64_t>> from_same_sender(std::int64_t message,
                                                      std::string_view attribute,
                                                      std::chrono::seconds window,
                                                      std::size_t most);

 private:
  struct RescanKind;
  Result<void> begin_rescan(const RescanKind& kind, const std::string& log, std::string_view by,
                            Timestamp since);
  Result<bool> take_part_of(const RescanKind& kind, const std::string& log, std::size_t most);

  Connection& connection_;
  SearchIndex& index_;
};

}  // namespace secondlook
