// What remediation and the analyzer agree on about mails that were released: an operator put them
// back and said that the verdict had been wrong. Remediation writes one file a mail, and one with
// the rule sets that an operator accepted all the same; the analyzer reads them before it takes a
// rule set, and takes none that would remove such a mail again.
//   <database directory>/released_mails/<message id>.json     one JSON object
//   <database directory>/released_mails/accepted.json         {"accepted": [...]}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

struct ReleasedMail {
  static constexpr std::size_t kMostPacked = 256 << 10;  // bytes of `packed`
  static constexpr std::size_t kMostBytes = 512 << 10;   // of the file
  static constexpr std::size_t kMostMails = 5000;        // more are not kept

  std::int64_t id = 0;  // of the message in the database
  std::string tenant, message_id, sender, subject;
  std::string rule_set;  // that removed it: may be loaded again, or nothing could be
  std::string released_at, released_by, reason;
  std::string packed;  // the reduced mail, analyzer/packed_mail.h; opaque to remediation
};

// How it is named to people: id, subject, sender, Message-ID, and when it was released; nothing in
// it steers a terminal.
std::string name_of(const ReleasedMail& mail);

std::string to_json(const ReleasedMail& mail);
Result<ReleasedMail> parse_released_mail(std::string_view json);
std::string released_mail_file_name(std::int64_t id);

// An operator's word that a rule set is taken though it would remove released mails again.
struct AcceptedRuleSet {
  static constexpr std::size_t kMost = 1000;  // the newest are kept

  std::string rule_set, at, by, reason;
};
inline constexpr std::string_view kAcceptedRuleSets = "accepted.json";
std::string to_json(const std::vector<AcceptedRuleSet>& accepted);
Result<std::vector<AcceptedRuleSet>> parse_accepted_rule_sets(std::string_view json);

}  // namespace secondlook
