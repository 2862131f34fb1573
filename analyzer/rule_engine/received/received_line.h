// One Received field (RFC 5321 4.4) as the relay it tells of. The field has a grammar that nobody
// keeps, so the line is first cut into its clauses (from, comments, by, the rest), and the clauses
// are read in the forms of the mailers that are in use: Postfix, sendmail, Exim, qmail, Exchange
// and Exchange Online, Domino, CommuniGate, webmail. The judge of the reading is SpamAssassin.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace secondlook {

// Blanks and ()[]<>|# in these texts stand as "!", so that a sender cannot write fields of his own
// into text().
struct Relay {
  std::string ip;    // of who handed the mail over; "" when the line does not say
  std::string rdns;  // the name that the receiver found for it, "" when none
  std::string helo;
  std::string by;
  std::string ident;
  std::string id;
  std::string auth;                          // how the peer proved who it is; "" when not at all
  std::optional<std::string> envelope_from;  // without < >
  bool no_reverse_dns = false;               // the receiver looked and found no name
  bool ip_private = false;
  bool internal = false, msa = false;  // filled by relay_trail

  // "[ ip=… rdns=… helo=… by=… ident=… envfrom=… intl=0 id=… auth=… msa=0 ]"
  std::string text() const;
};

struct ReceivedLine {
  enum class Kind {
    relay,
    handover,     // inside one machine or one program: no relay, and nothing wrong
    mail_fetcher  // the same, by POP3 or IMAP: what was read so far is not the way of the mail
  };
  Kind kind = Kind::handover;
  Relay relay;
  std::string scanner_sender;  // envelope sender that qmail-scanner wrote, for the next line
};

// value: unfolded or not, at most its first 4 KiB are read. Nothing: the line cannot be read.
std::optional<ReceivedLine> parse_received(std::string_view value);

}  // namespace secondlook
