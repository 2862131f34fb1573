// What the organisation's history says of one mail's sender, its domain, the conversation that the
// mail says to belong to, and the sites that it links to. Silent until the history is old enough to
// tell a stranger.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/message/parsed_message.h"
#include "base/clock.h"
#include "schema/history/history_snapshot.h"
#include "schema/verdict.h"

namespace secondlook {

struct SenderHistory {
  bool is_known = false;      // old enough: the rest means something
  bool sender_is_new = true;  // no clean mail before the day of this one, and nobody wrote to it
  bool domain_is_new = true;  // the same of the From domain
  bool pair_is_new = true;    // of the sender and these recipients
  std::uint32_t mails = 0;    // clean ones of the sender so far
  std::uint32_t bad = 0;      // its earlier mails that were found malicious or suspicious
  bool was_written_to = false;
  bool names_mails = false;       // In-Reply-To or References name mails
  bool names_known_mail = false;  // one of which was seen
  // Sites are counted since a later day than senders are, where mails were imported or the service
  // is older.
  bool knows_sites = false;
  std::vector<std::string>
      new_sites;  // linked to here, and in no clean mail before the day of this one
  std::vector<std::string> rare_sites;  // the same of more than kMailsOfRareSite clean mails
  std::vector<std::string> bad_sites;   // linked to by malicious mails before, and by no clean one
};

inline constexpr std::uint32_t kMailsOfRareSite = 2;

// A history is old enough for a tenant when its first mail came so many days before this one.
inline constexpr int kHistoryWarmUpDays = 14;

// `received_at`: when the mail came. What was seen on that day or later says nothing: a mail judged
// again must not find itself. For the same reason nothing is bad to a mail that came before the
// history was made. Of many recipients or references the first 100 and 50 are asked for.
SenderHistory look_up_history(const HistorySnapshot& history, std::string_view tenant,
                              const ParsedMessage& message,
                              const std::vector<Recipient>& recipients, Timestamp received_at);

}  // namespace secondlook
