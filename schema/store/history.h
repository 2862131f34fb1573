// Who wrote to the organisation and was written to, counted from the recorded messages. One part of
// the Store, used as the Store is. What it makes is told to the analyzer (schema/history).
//
// Counted as mails: inbound, clean or bulk. Bad: malicious or suspicious, and not restored by hand;
// that is asked of the messages anew each time, since later looks change it. Written to: each
// recipient of an outbound mail. The sites that inbound mails link to are counted as their senders
// are; those of imported mails are not known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "schema/history/history_snapshot.h"

namespace secondlook {

class Connection;
class SearchIndex;

// A mail to one recipient that Exchange's message trace tells of.
struct ImportedMail {
  std::string message_id, sender, recipient;  // the addresses as address_key()
  std::uint16_t day = 0;
  bool is_outbound = false;  // else inbound
};

class StoredHistory {
 public:
  static constexpr std::size_t kMostRecipients = 100;  // of one mail
  static constexpr int kSlices = 256;
  static constexpr std::size_t kMostBadMails = 20'000;  // the newest, whose sites are asked for

  StoredHistory(Connection& connection, SearchIndex& index)
      : connection_(connection), index_(index) {}

  // Of the keys; made when there is none yet. Writes, inside a transaction.
  Result<HistoryKeys> keys(RandomSource& random);

  // Counts the next messages, at most `most`. How many there were. Inside a transaction.
  Result<std::size_t> count_next(const HistoryKeys& keys, std::size_t most);

  // Counts them as clean mails, but for those that were counted before or that the service recorded
  // itself, by Message-ID and recipient. How many were. Inside a transaction.
  Result<std::size_t> import(const HistoryKeys& keys, const std::string& tenant,
                             const std::vector<ImportedMail>& mails);
  // Changes with every import that counted something.
  Result<std::int64_t> imported();

  // What is counted under that key; nothing: never heard of.
  Result<std::optional<Seen>> find(HistoryKey key);
  // Senders, domains and pairs of all tenants.
  Result<std::uint64_t> size();

  // Forgets who has not been heard of since that day, in one slice of all keys (0 to kSlices - 1).
  Result<void> forget_before(std::uint16_t day, int slice);

  // All correspondents. Reads much: from a Store of its own, opened for reading.
  Result<std::vector<Seen>> correspondents(const HistoryKeys& keys);

  // Keys of the Message-IDs of messages above `id`, at most `most`; `id` moves to the last one.
  Result<std::vector<HistoryKey>> mails_above(const HistoryKeys& keys, std::int64_t& id,
                                              std::size_t most);
  // The id above which the newest `most` messages lie.
  Result<std::int64_t> newest_mails(std::size_t most);

 private:
  Connection& connection_;
  SearchIndex& index_;
};

}  // namespace secondlook
