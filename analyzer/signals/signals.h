// The signals: what patterns cannot say about a message. Each is one source of this folder and one
// line of the list in signals.cc; a rule asks for it by its name:
//   header FROM_LOOKALIKE eval:from_lookalike_of_own_domain()
// All are pure functions of the message and the tenant's domains; without domains (a scan without
// configuration) those that compare with them are silent.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

using SignalArguments = std::vector<std::string>;

// From's domain imitates an own one. Arguments choose the ways, none means all: "confusable" (looks
// the same), "edit" (one letter more, less, other or swapped), "subdomain" (own.example.evil.test),
// "hyphen" (own-example.test, own-login.test).
SignalResult from_lookalike_of_own_domain(const ScanContext&, const SignalArguments&);

// From's domain, or a link's host, imitates a brand's (known_brands.h, which names the ways to
// choose), of the rule files or of the lists. Own domains, partners and what brands have themselves
// imitate nobody.
SignalResult from_lookalike_of_brand(const ScanContext&, const SignalArguments&);
SignalResult link_lookalike_of_brand(const ScanContext&, const SignalArguments&);

// From's display name shows an own domain or address, its address is elsewhere.
SignalResult display_name_shows_own_domain(const ScanContext&, const SignalArguments&);

// From is an own domain, the mail came from outside, and the own hop could not authenticate it.
SignalResult from_own_domain_unauthenticated(const ScanContext&, const SignalArguments&);

// Reply-To leads to another registrable domain than From. An argument "freemail" asks that it leads
// to a free mail service that From does not use.
SignalResult reply_to_differs(const ScanContext&, const SignalArguments&);

// The own hop's DMARC or composite authentication failed, on a mail from outside.
SignalResult authentication_failed(const ScanContext&, const SignalArguments&);

// An invitation's organiser has another registrable domain than From. Ordinary by itself: forwarded
// ones, services that invite for others. An argument "own" asks that it is an own one.
SignalResult organizer_differs(const ScanContext&, const SignalArguments&);

// There are links to follow, and none leads to From's registrable domain. Ordinary by itself.
SignalResult links_leave_sender(const ScanContext&, const SignalArguments&);

// The mail names a recipient by the address. Arguments choose where, none means all: "subject",
// "greeting" ("Dear alice@contoso.example"), "link" (plain, percent-encoded, base64 or hexadecimal;
// not in links to From's domain, nor where one unsubscribes), "code" (a link to the web in a QR
// code, wherever it leads). Services do so too: a sign, no proof.
SignalResult names_recipient(const ScanContext&, const SignalArguments&);

// A picture shows a QR code that leads to another registrable domain than From's. Ordinary by
// itself: tickets, payments. An argument "names_recipient" asks that its URL carries a recipient's
// address, as above.
SignalResult code_leads_elsewhere(const ScanContext&, const SignalArguments&);

// A link's visible text is a URL or host of another registrable domain than the target's. An
// argument "own" asks that the text shows an own domain, "stranger" that it does not show From's
// registrable domain: newsletters' click counters do.
SignalResult link_text_shows_other_host(const ScanContext&, const SignalArguments&);

// The operators' lists (schema/lists). Arguments choose what is looked at, none means all:
// "sender", "domain", "ip", "host", "hash". allow_listed counts only for mail that the own hop
// authenticated as From's.
SignalResult block_listed(const ScanContext&, const SignalArguments&);
SignalResult allow_listed(const ScanContext&, const SignalArguments&);
// From shows the name of a person on the lists (`vip`), and is neither that person's address nor
// inside.
SignalResult wears_protected_name(const ScanContext&, const SignalArguments&);
// From's domain imitates one listed as `partner`; arguments as of from_lookalike_of_own_domain.
SignalResult from_lookalike_of_partner(const ScanContext&, const SignalArguments&);

// A link leads to what a host list names (analyzer/host_lists.h), told by file and line.
SignalResult link_listed(const ScanContext&, const SignalArguments&);

// What the history of correspondents says (analyzer/sender_history.h); silent until it is old
// enough, and without one. new_sender: no clean mail before this day, and nobody here wrote there;
// an argument "domain" asks this of the whole From domain. false_reply: the mail says to answer or
// to forward, by its subject or by naming mails, but none of these was seen here, and sender and
// recipients never wrote to each other. known_correspondent: somebody here wrote to the sender, or
// it sent ten clean mails. sender_was_bad: earlier mails of the sender were malicious or
// suspicious.
SignalResult new_sender(const ScanContext&, const SignalArguments&);
SignalResult false_reply(const ScanContext&, const SignalArguments&);
SignalResult known_correspondent(const ScanContext&, const SignalArguments&);
SignalResult sender_was_bad(const ScanContext&, const SignalArguments&);
// A link leads to a site (registrable domain) that no clean mail to the organisation led to before
// this day; an argument "rare" asks that at most two did. Ordinary by itself. link_site_was_bad:
// only malicious ones did.
SignalResult link_site_new(const ScanContext&, const SignalArguments&);
SignalResult link_site_was_bad(const ScanContext&, const SignalArguments&);

// An attached file, or one in an archive, holds one of the things named by the arguments, which are
// facts of analyzer/documents/README.md: document_holds('macro_autorun', 'dde').
SignalResult document_holds(const ScanContext&, const SignalArguments&);

// An attached page sends what is filled in to another registrable domain than From's. Services that
// encrypt mail may do so.
SignalResult page_form_leaves(const ScanContext&, const SignalArguments&);

// An attachment that only a password opens.
SignalResult encrypted_attachment(const ScanContext&, const SignalArguments&);

// A program or script under any name. Arguments choose the ways, none means all: "plain" (it says
// what it is), "disguised" (double extension, reversed writing, a name that is not its type; also
// in an archive of at most five files, encrypted or not), "archived" (it says what it is, in such
// an archive), "paper" (attached itself, under the name of a paper of trade: Invoice_0418.js).
SignalResult executable_attachment(const ScanContext&, const SignalArguments&);

// The malware scanner named an attachment.
SignalResult malware_found(const ScanContext&, const SignalArguments&);

// Two readings of the message's structure disagree.
SignalResult ambiguous_mime(const ScanContext&, const SignalArguments&);

// Exchange Online Protection's verdict: eop_scl_at_least(5), eop_category('PHSH', 'HPHISH').
SignalResult eop_scl_at_least(const ScanContext&, const SignalArguments&);
SignalResult eop_category(const ScanContext&, const SignalArguments&);

// All of them by name.
SignalTable all_signals();

}  // namespace secondlook
