// What an analyzer worker says of one journal report: the disposition, why, and the facts that
// later features need from the first day. Travels as one JSON object (version 1, names as here,
// absent values null); `secondlook scan --json` prints the same object with a "file" member.
// Everything in it comes from a hostile mail: sizes are bounded here, nothing is trusted later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

// The bounds of a verdict, in bytes and in items. to_json cuts to them, parse_verdict insists.
struct VerdictBounds {
  static constexpr std::size_t kLine = 998;     // subject, addresses, header values
  static constexpr std::size_t kName = 255;     // file names, host names, rule names, short facts
  static constexpr std::size_t kExcerpt = 200;  // evidence, link texts
  static constexpr std::size_t kUrl = 2048;
  static constexpr std::size_t kRemark = 1000;  // descriptions, errors
  static constexpr std::size_t kHits = 10'000;
  static constexpr std::size_t kEvidence = 5;  // of one hit
  static constexpr std::size_t kLinks = 1000;
  static constexpr std::size_t kLinkSites = 200;
  static constexpr std::size_t kAttachments = 1000;
  static constexpr std::size_t kAttributes = 100;
  static constexpr std::size_t kErrors = 100;
  static constexpr std::size_t kReported = 20;
  static constexpr std::size_t kDkim = 100;
  static constexpr std::size_t kReducedMail = 256 << 10;    // dropped beyond, never cut
  static constexpr std::size_t kRecipients = 500'000;       // refused beyond, never cut
  static constexpr std::size_t kWholeObject = 48ULL << 20;  // below kLargestVerdictFrame
};

enum class Disposition {
  malicious,
  suspicious,
  spoof,
  spam,
  bulk,
  clean,
  unscanned,     // the worker died or overran, or a limit was hit: never to be read as clean
  not_a_report,  // a plain mail at the journal address (connector test, BCC copy)
  forged_report  // a report that lacks the evidence its tenant's source always carries
};
std::string_view name_of(Disposition disposition);
std::optional<Disposition> parse_disposition(std::string_view name);
// malicious 0 ... clean 5: the lower the worse; what `worst verdict wins` compares. Behind them
// unscanned, forged_report, not_a_report: another report of the same bytes that was judged decides.
int severity_rank(Disposition disposition);

struct Evidence {
  std::string where;         // "header Subject", "body", "uri", "part 1.2", "attachment a.zip"
  std::uint64_t offset = 0;  // in the decoded text named by `where`
  std::string text;          // at most 200 bytes, cut at a character's edge
};

struct RuleHit {
  std::string rule;
  double score = 0;
  Disposition disposition = Disposition::spam;  // what the score counts towards
  std::string description;
  std::vector<Evidence> evidence;  // at most 5
};

// One line of the report's envelope (or, for a mail without report, of To/Cc).
struct Recipient {
  std::string address;         // addr-spec as written; compare with lower case
  std::string role;            // "to" "cc" "bcc" "recipient"
  std::string expanded_from;   // ", Expanded: list"; empty when absent
  std::string forwarded_from;  // ", Forwarded: original"
};

struct Link {
  std::string url;   // as a browser would resolve it, at most 2,048 bytes
  std::string host;  // lower case, IDNA A-label
  std::string text;  // what the reader sees, at most 200 bytes
};

struct Attachment {
  std::string name;           // decoded, at most 255 bytes; may be empty
  std::string declared_type;  // Content-Type, lower case
  std::string detected_type;  // from the first bytes; empty: not known
  std::uint64_t size = 0;     // decoded bytes
  std::string sha256;         // lower-case hex of the decoded bytes
  bool encrypted = false;
  std::string malware;  // the scanner's name for it; empty: none found or not scanned
};

struct DkimResult {
  std::string result;    // pass, fail, none ...
  std::string domain;    // d=
  std::string selector;  // s=
};

// Authentication as the tenant's own inbound hop saw it (never from headers further down).
struct AuthenticationFacts {
  std::string spf, dmarc, compauth;
  std::vector<DkimResult> dkim;
};

struct EopFacts {  // X-Forefront-Antispam-Report and its relatives, of the trusted hop
  std::optional<int> scl, bcl;
  std::string sfv, category;  // "SKN", "PHSH"
};

struct PartCounts {
  std::uint32_t reader = 0;   // our mime_reader
  std::uint32_t mimetic = 0;  // the second reading
};

struct Verdict {
  static constexpr int kVersion = 1;

  Disposition disposition = Disposition::unscanned;
  double score = 0;                      // the deciding sum
  std::map<std::string, double> scores;  // by disposition name, sums cumulative downward
  std::vector<RuleHit> hits;
  std::vector<std::string> attributes;  // sorted: "ambiguous_mime", "encrypted_message" ...
  std::string rule_set;                 // hash of the rules that decided
  std::string signatures;  // of the malware scanner that saw the attachments; empty: none did
  std::vector<std::string> errors;  // why unscanned; what was cut
  PartCounts parts;

  // The original message.
  std::string message_id;   // with angle brackets as in the header; may be empty
  std::string digest;       // hex SHA-256 of stable headers and body: merges forks
  std::string sender;       // header From's first addr-spec
  std::string sender_name;  // its display name, decoded
  std::string from_domain;  // lower case
  std::string reply_to;
  std::string envelope_sender;  // Return-Path of the original
  std::string subject;          // decoded, unfolded, at most 998 bytes
  std::string sent_at;          // Date as RFC 3339, or empty
  std::uint64_t size = 0;       // bytes of the original
  std::string direction;        // "inbound" "outbound" "internal"
  std::string network_message_id;
  std::string connecting_ip, helo, tls_version, x_mailer;
  AuthenticationFacts authentication;
  EopFacts eop;
  std::vector<Recipient> recipients;    // never truncated; evidence is cut first
  std::vector<Link> links;              // at most 1,000
  std::vector<std::string> link_sites;  // registrable domains of their hosts, sorted, at most 200
  std::vector<Attachment> attachments;  // at most 1,000

  // Of a user's report (attribute kUserReport): Message-IDs of the mails attached, at most 20.
  std::vector<std::string> reported;

  // Of a mail that the policy may remove: the mail in few bytes, packed, so that an operator who
  // releases it can keep later rule sets from removing it again. For remediation alone: the member
  // is left out where there is none, and recorded apart from the rest.
  std::string reduced_mail;
};

// A mail without report (a BCC copy) whose recipients are known from its header alone. Its evidence
// is a stranger's word: scored, and never acted on automatically.
inline constexpr std::string_view kPlainCopy = "plain_copy";
bool is_plain_copy(const Verdict& verdict);

// A mail by which a user reports others (analyzer/user_report.h).
inline constexpr std::string_view kUserReport = "user_report";

// PPAP: a file closed by a password, and a mail that says one. Which belong together is found by
// remediation, which then has the first judged once more beside the second.
inline constexpr std::string_view kEncryptedAttachment = "encrypted_attachment";
inline constexpr std::string_view kPasswordInMail = "password_in_mail";
inline constexpr std::string_view kPasswordInOtherMail = "password_in_other_mail";
inline constexpr std::string_view kPasswordNotice = "password_notice";

// One line. Never throws: texts are cut to the bounds above at a character's edge, numbers that are
// not finite become null. An object beyond VerdictBounds::kWholeObject loses evidence first, then
// links and attachments, then the recipients' notes, and says so in `errors`; never a recipient.
std::string to_json(const Verdict& verdict);
// Refuses (malformed) another version, wrong types, unknown dispositions, and addresses or texts
// beyond the bounds above. Bytes that are no UTF-8 never come out of to_json: they are replaced.
Result<Verdict> parse_verdict(std::string_view json);

}  // namespace secondlook
