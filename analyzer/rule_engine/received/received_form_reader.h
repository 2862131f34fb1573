// One line being read, form by form: what read_received_forms() is made of. Each form is a mailer's
// habit of writing a Received field; the names of members say where in the line the peer's address
// stands.
#pragma once

#include <optional>
#include <string_view>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/received_clauses.h"
#include "analyzer/rule_engine/received/received_forms.h"
#include "analyzer/rule_engine/received/received_peer.h"

namespace secondlook::received {

class FormReader {
 public:
  explicit FormReader(std::string_view line) : line_(line) {}

  ReceivedFacts read();

 private:
  using Answer = ReceivedFacts::Answer;
  using Kind = ReceivedItem::Kind;

  // The answers.
  ReceivedFacts handover() {
    facts_.answer = Answer::handover;
    return facts_;
  }
  ReceivedFacts relay() {
    facts_.answer = facts_.by.empty() ? Answer::unreadable : Answer::relay;
    return facts_;
  }
  // Of a peer of which only the address was written.
  ReceivedFacts peer(std::string_view ip) {
    facts_.ip = ip;
    return relay();
  }
  ReceivedFacts peer(std::string_view ip, std::string_view helo, std::string_view rdns,
                     bool looked_up) {
    facts_.ip = ip;
    facts_.helo = helo;
    facts_.rdns = rdns;
    facts_.looked_up = looked_up;
    return relay();
  }
  ReceivedFacts fetched() {
    facts_.answer = Answer::mail_fetcher;
    return facts_;
  }

  // The line as a whole (received_forms.cc).
  bool is_from_in_comment() const { return starts_ignoring_case(line_, "(from "); }
  // "(from helo [ip]) by host (NAVGW …) with …"; with another program it says nothing but an
  // address.
  ReceivedFacts read_navgw();
  void collect_common();
  // "from name by host;" and no more: an address is the least that a relay must show.
  bool is_unsaid_handover() const;
  ReceivedFacts read_capitals();
  ReceivedFacts read_clauses();
  bool is_fetched() const;
  // "from name by host …", "from 192.0.2.1 by host …"
  ReceivedFacts read_bare();
  ReceivedFacts read_words();
  ReceivedFacts read_without_by();
  // No address anywhere on the peer's side: between programs of one machine.
  ReceivedFacts handover_or_fallback();
  // Any address in [ ], and any "by".
  ReceivedFacts read_fallback();

  // An address or a greeting first (received_forms_peer.cc).
  // "from [192.168.1.4] (host [192.0.2.1]) by …": the first address is only what the peer called
  // itself.
  void take_literal_greeting();
  // "from [ip] by", "from [ip] (helo=x) by", "from ([ip]) by", "from (host [ip]) by"
  ReceivedFacts read_address_first(const ReceivedItem& first);
  // helo=x and ident=y inside Exim's comment.
  void read_named_values(std::string_view comment);
  // "from rdns (HELO x) (ident@ip) by host": qmail, qpsmtpd, GMX, Exim's neighbours.
  ReceivedFacts read_greeting(const ReceivedItem& first);
  // "from name [ip] by host"
  ReceivedFacts read_outer_bracket(const ReceivedItem& first);

  // A name, and the peer in a comment behind it (received_forms_comment.cc).
  ReceivedFacts read_comment(const ReceivedItem& first);
  // Inside one machine, told by names that only it has.
  std::optional<ReceivedFacts> local_handover(const ReceivedItem& first);
  // "(host [ip])": Postfix, sendmail and their like, which look for the name.
  ReceivedFacts read_named_comment(const ReceivedItem& first, const Peer& found);
  // "(HELO x [ip])", "(may be forged [ip])" …
  ReceivedFacts read_other_named(const Peer& found);
  // "([ip])": the receiver wrote no name.
  ReceivedFacts read_address_comment(const ReceivedItem& first, const Peer& found);
  // "(ip)": Exchange writes the greeting before it, qmail and others the name they found.
  ReceivedFacts read_plain_comment(const Peer& found);
  // "with mapi id 15.20.1.2" or "with Microsoft SMTP Server 8.2.255.0". The common form, "with
  // Microsoft SMTP Server (…) id 15.20.1.2", is read like that of mailers which look for a name, as
  // SpamAssassin reads it.
  bool is_exchange() const;
  // The id is the program's version.
  ReceivedFacts read_exchange(const Peer& found);
  // A comment without an address.
  ReceivedFacts read_odd_comment(const ReceivedItem& first);

  std::string_view line_, rest_;
  ReceivedClauses clauses_;
  ReceivedFacts facts_;
};

}  // namespace secondlook::received
