#include "analyzer/rule_engine/received/received_forms.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/received_clauses.h"
#include "analyzer/rule_engine/received/received_peer.h"

namespace secondlook {
namespace {

using namespace received;

using Kind = ReceivedItem::Kind;
using Answer = ReceivedFacts::Answer;

bool is_greeting(const ReceivedItem& item) {
  return item.kind == Kind::comment &&
         (item.text.starts_with("HELO ") || item.text.starts_with("EHLO ") ||
          item.text.starts_with("LHLO "));
}

class FormReader {
 public:
  explicit FormReader(std::string_view line) : line_(line) {}

  ReceivedFacts read() {
    if (!starts_ignoring_case(line_, "from ")) {
      // "(from user@localhost) by host" and lines without a sender: nothing handed over by network.
      return is_from_in_comment() ? read_navgw() : handover();
    }
    if (has(line_, " with local for ")) return handover();
    collect_common();
    rest_ = line_.substr(5);
    if (line_.starts_with("FROM ")) return read_capitals();
    clauses_ = cut_received(rest_);
    if (is_unsaid_handover()) return handover();
    if (!line_.starts_with("from ")) return read_fallback();
    facts_.by = clauses_.by.empty() ? facts_.by : std::string(clauses_.by);
    return read_clauses();
  }

 private:
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

  bool is_from_in_comment() const { return starts_ignoring_case(line_, "(from "); }

  // "(from helo [ip]) by host (NAVGW …) with …"; with another program it says nothing but an
  // address.
  ReceivedFacts read_navgw() {
    collect_common();
    const ReceivedClauses clauses = cut_received(line_);
    if (clauses.items.empty()) return handover();
    const Peer found = peer_in(clauses.items[0].text.substr(5));
    if (found.ip.empty()) return handover();
    facts_.by = clauses.by;
    return has(clauses.after_by, "(NAVGW ") ? peer(found.ip, found.host, "", false)
                                            : peer(found.ip);
  }

  void collect_common() {
    std::string_view id = word_behind(line_, " id ", "<>;");
    if (id.empty()) id = word_behind(line_, " id <", "<>;");
    if (id.size() >= 3) facts_.id = id;
    std::string_view helo = helo_behind(line_, "helo=");
    if (helo.empty()) helo = helo_behind(line_, "HELO ");
    if (helo.empty()) helo = helo_behind(line_, "EHLO ");
    facts_.helo = helo;
    facts_.by = word_behind(line_, " by ", ";()[]<>");
    facts_.auth = find_authentication(line_);
    for (const std::string_view mark : {"envelope-from ", "envelope-sender ", "envelope-from=",
                                        "envelope-sender=", "return-path ", "return-path: "}) {
      const std::string_view sender = word_behind(line_, mark, ")");
      if (sender.empty()) continue;
      facts_.envelope_from = sender;
      break;
    }
  }

  // "from name by host;" and no more: an address is the least that a relay must show.
  bool is_unsaid_handover() const {
    const bool bare = clauses_.items.empty() && !clauses_.from.empty();
    return bare && (clauses_.after_by.empty() || clauses_.after_by == " ;") && line_.ends_with(';');
  }

  ReceivedFacts read_capitals() {
    const std::size_t by = rest_.find(" BY ");
    const ReceivedClauses clauses = cut_received(rest_.substr(0, by));
    const Peer found = clauses.items.empty() ? Peer{} : peer_in(clauses.items[0].text);
    const std::string_view id = word_behind(rest_, " ID ", "<>");
    if (by == rest_.npos || found.ip.empty() || id.empty()) return read_fallback();
    facts_.by = word_behind(rest_, " BY ");
    facts_.id = id;
    return peer(found.ip, clauses.from, found.host == "unverified" ? "" : found.host, true);
  }

  ReceivedFacts read_clauses() {
    if (clauses_.by.empty()) return read_without_by();
    if (clauses_.items.empty()) return read_bare();
    take_literal_greeting();
    const ReceivedItem& first = clauses_.items.front();
    if (has(rest_, " SMTPSVC") && clauses_.from == "mail pickup") return handover();
    if (clauses_.from.empty()) return read_address_first(first);
    if (is_greeting(first)) return read_greeting(first);
    if (first.kind == Kind::bracket) return read_outer_bracket(first);
    if (first.kind == Kind::comment) return read_comment(first);
    return read_words();
  }

  // "from [192.168.1.4] (host [192.0.2.1]) by …": the first address is only what the peer called
  // itself.
  void take_literal_greeting() {
    std::vector<ReceivedItem>& items = clauses_.items;
    if (!clauses_.from.empty() || items.size() < 2 || items[0].kind != Kind::bracket) return;
    if (items[1].kind != Kind::comment || peer_in(items[1].text).ip.empty()) return;
    clauses_.from = rest_.substr(0, items[0].text.size() + 2);
    items.erase(items.begin());
  }

  bool is_fetched() const {
    return has(clauses_.after_by, " with POP3") || has(clauses_.after_by, " with IMAP");
  }

  // "from name by host …", "from 192.0.2.1 by host …"
  ReceivedFacts read_bare() {
    const std::string_view after = clauses_.after_by;
    if (is_fetched()) return fetched();
    if (is_address(clauses_.from)) {
      if (after.starts_with(" with ") || after.starts_with(" (SMTPL") ||
          after.starts_with(" (InterScan"))
        return peer(clauses_.from);
    }
    if (has(after, " with qmail-scanner")) {
      facts_.is_scanner = true;
      return handover();
    }
    if (has(clauses_.from, "@") && !after.empty()) return handover();
    for (const std::string_view word : {" with ", " via ", " for ", " ("}) {
      if (after.starts_with(word)) return handover();
    }
    return read_fallback();
  }

  ReceivedFacts fetched() {
    facts_.answer = Answer::mail_fetcher;
    return facts_;
  }

  // "from [ip] by", "from [ip] (helo=x) by", "from ([ip]) by", "from (host [ip]) by"
  ReceivedFacts read_address_first(const ReceivedItem& first) {
    if (first.kind == Kind::bracket && is_address(first.text)) {
      if (clauses_.items.size() == 1) return peer(first.text);
      const ReceivedItem& second = clauses_.items[1];
      if (second.kind == Kind::comment) {
        const std::size_t greeting =
            std::max(second.text.rfind("HELO "), second.text.rfind("EHLO "));
        if (greeting != second.text.npos)
          facts_.helo = word_behind(second.text.substr(greeting), "LO ");
        if (has(second.text, ")")) {
          clauses_.from = rest_.substr(0, first.text.size() + 2);
          return read_fallback();
        }
        read_named_values(second.text);
        return peer(first.text);
      }
      return read_fallback();
    }
    if (first.kind != Kind::comment) return read_fallback();
    const Peer found = peer_in(first.text);
    if (found.ip.empty()) return handover_or_fallback();
    if (!found.host.empty() && !has(found.host, " ")) facts_.helo = found.host;
    return peer(found.ip);
  }

  // helo=x and ident=y inside Exim's comment.
  void read_named_values(std::string_view comment) {
    const std::string_view helo = word_behind(comment, "helo=");
    const std::string_view ident = word_behind(comment, "ident=");
    if (!helo.empty()) facts_.helo = helo;
    if (!ident.empty()) facts_.ident = ident;
  }

  // "from rdns (HELO x) (ident@ip) by host": qmail, qpsmtpd, GMX, Exim's neighbours.
  ReceivedFacts read_greeting(const ReceivedItem& first) {
    const std::string_view helo = first.text.substr(5);
    // An address literal as the greeting: SpamAssassin takes the word before it for the name.
    const bool by_qmail = has(clauses_.after_by, " SMTP") || has(clauses_.after_by, " QMQP");
    if (helo.starts_with('[') && is_address(helo) && !is_address(clauses_.from) && !by_qmail)
      return peer(helo, clauses_.from, first.text.substr(0, 4), true);
    if (is_address(clauses_.from) && clauses_.items.size() == 1)
      return peer(clauses_.from, helo, "", false);
    for (std::size_t i = 1; i < clauses_.items.size(); ++i) {
      const ReceivedItem& item = clauses_.items[i];
      const Peer found = item.kind == Kind::bracket && is_address(item.text)
                             ? Peer{{}, item.text, {}, true, false}
                             : peer_in(item.text);
      if (found.ip.empty()) continue;
      if (is_fetched()) return fetched();
      facts_.ident = found.host.substr(0, found.host.rfind('@'));
      const bool qmail = item.kind == Kind::comment && !has(line_, "(qpsmtpd/");
      return peer(found.ip, helo, clauses_.from == "unknown" ? "" : clauses_.from, qmail);
    }
    return read_fallback();
  }

  // "from name [ip] by host"
  ReceivedFacts read_outer_bracket(const ReceivedItem& first) {
    std::string_view ip = first.text;
    if (ip.starts_with('(') && ip.ends_with(')')) ip = ip.substr(1, ip.size() - 2);
    if (!is_address(ip)) return read_fallback();
    if (has(rest_, "Exim")) return peer(ip, clauses_.from, clauses_.from, false);
    const bool looked_up = clauses_.after_by.starts_with(" [") && ip.size() == first.text.size();
    if (is_fetched() && !looked_up) return fetched();
    return peer(ip, clauses_.from, "", looked_up);
  }

  ReceivedFacts read_comment(const ReceivedItem& first) {
    if (const auto ignored = local_handover(first)) return *ignored;
    const Peer found = peer_in(first.text);
    if (found.ip.empty()) return read_odd_comment(first);
    if (found.bracketed && found.host.empty()) return read_address_comment(first, found);
    if (found.bracketed) return read_named_comment(first, found);
    return read_plain_comment(found);
  }

  // Inside one machine, told by names that only it has.
  std::optional<ReceivedFacts> local_handover(const ReceivedItem& first) {
    const std::string_view text = first.text;
    const std::string_view after = clauses_.after_by;
    const bool local = text == "[unix socket]" || text == "localhost [[UNIX: localhost]]" ||
                       (text.ends_with(" [local]") && has(after, "(OpenSMTPD)")) ||
                       (has(rest_, "Exim") && has(rest_, " with local")) ||
                       has(rest_, "(LSMTP for") || after.starts_with(" (Content Technologies ") ||
                       has(rest_, "(peer crosscheck: ");
    if (local) return handover();
    if (is_fetched() && peer_in(text).ip.empty()) return fetched();
    return std::nullopt;
  }

  // "(host [ip])": Postfix, sendmail and their like, which look for the name.
  ReceivedFacts read_named_comment(const ReceivedItem& first, const Peer& found) {
    std::string_view host = found.host;
    const bool to_sendmail = clauses_.after_by.starts_with(" (");
    if (first.attached && has(clauses_.after_by, "via smap")) return read_fallback();
    if (has(host, " ")) {
      if (host.starts_with("<unknown")) return peer(found.ip, clauses_.from, "", false);
      return read_other_named(found);
    }
    if (host.starts_with("<unknown")) return peer(found.ip, clauses_.from, "", false);
    if (host == "softdnserr") return peer(found.ip, clauses_.from, "", false);
    if (host == "unverified" && !to_sendmail) return peer(found.ip, clauses_.from, "", true);
    if (host.ends_with('@')) {
      facts_.ident = host.substr(0, host.size() - 1);
      return peer(found.ip, clauses_.from, to_sendmail ? "" : clauses_.from, true);
    }
    if (!trim(found.behind).empty() && !to_sendmail) return read_fallback();
    if (const std::size_t at = host.find('@'); at != host.npos && to_sendmail) {
      facts_.ident = host.substr(0, at);
      if (facts_.ident.starts_with("IDENT:")) facts_.ident.erase(0, 6);
      host.remove_prefix(at + 1);
    }
    return peer(found.ip, clauses_.from, host == "unknown" ? "" : host, true);
  }

  // "(HELO x [ip])", "(may be forged [ip])" …
  ReceivedFacts read_other_named(const Peer& found) {
    const std::size_t blank = found.host.rfind(' ');
    if (found.host.starts_with("HELO ") || found.host.starts_with("EHLO "))
      return peer(found.ip, found.host.substr(blank + 1), clauses_.from, true);
    return read_fallback();
  }

  // "([ip])": the receiver wrote no name.
  ReceivedFacts read_address_comment(const ReceivedItem& first, const Peer& found) {
    const std::string_view from = clauses_.from;
    if (is_exchange() && found.behind.empty()) return read_exchange(found);
    if (has(rest_, "Exim")) {
      facts_.helo = from;
      read_named_values(found.behind);
      facts_.ip = found.ip;
      facts_.rdns = from;
      return relay();
    }
    if (const std::string_view helo = word_behind(found.behind, " helo="); !helo.empty()) {
      if (clauses_.after_by.starts_with(" with ")) return peer(found.ip, helo, from, false);
    }
    if (is_address(from) && has(clauses_.after_by, " with HTTP")) return peer(from);
    if (has(clauses_.after_by, " (CommuniGate Pro") && found.behind == " verified")
      return peer(found.ip, from, from, true);
    if (has(rest_, "(ecelerity")) return peer(found.ip);
    const bool silent = has(clauses_.after_by, " with Microsoft SMTPSVC") ||
                        has(clauses_.after_by, " (Lotus Domino ") ||
                        has(clauses_.after_by, " via smtpd (for ");
    if (first.text.starts_with(' ')) return found.behind.empty() ? peer(found.ip) : read_fallback();
    if (!silent && has(found.behind, "[")) return peer(found.ip, from, "", false);
    return peer(found.ip, from, "", !silent);
  }

  // "(ip)": Exchange writes the greeting before it, qmail and others the name they found.
  ReceivedFacts read_plain_comment(const Peer& found) {
    const std::string_view from = clauses_.from;
    const std::string_view after = clauses_.after_by;
    if (is_exchange() && found.host.empty()) return read_exchange(found);
    if (is_fetched()) return fetched();
    if (has(after, "(Scalix SMTP Relay")) return peer(found.ip, from, "", false);
    if (has(after, " via smap ")) return peer(found.ip, facts_.helo, from, true);
    if (is_localhost(found.ip) && after.empty()) return handover();
    facts_.ident = found.host.substr(0, found.host.rfind('@'));
    if (after.empty()) return read_fallback();
    return peer(found.ip, from, from, true);
  }

  // "with mapi id 15.20.1.2" or "with Microsoft SMTP Server 8.2.255.0". The common form, "with
  // Microsoft SMTP Server (…) id 15.20.1.2", is read like that of mailers which look for a name, as
  // SpamAssassin reads it.
  bool is_exchange() const {
    for (const std::string_view program : {" with Microsoft SMTP Server ", " with mapi id "}) {
      const std::size_t place = clauses_.after_by.find(program);
      if (place == std::string_view::npos) continue;
      std::string_view version = clauses_.after_by.substr(place + program.size());
      if (version.starts_with('('))
        version = version.substr(std::min(version.find(") "), version.size() - 2) + 2);
      version = version.substr(0, version.find(' '));
      const bool numeric = std::all_of(version.begin(), version.end(),
                                       [](char c) { return is_digit(c) || c == '.'; });
      if (numeric && std::count(version.begin(), version.end(), '.') == 3) return true;
    }
    return false;
  }

  // The id is the program's version.
  ReceivedFacts read_exchange(const Peer& found) {
    facts_.id.clear();
    return peer(found.ip, clauses_.from, "", false);
  }

  // A comment without an address.
  ReceivedFacts read_odd_comment(const ReceivedItem& first) {
    const std::string_view from = clauses_.from;
    if (is_address(from)) {
      if (clauses_.after_by.starts_with(" with ") && !first.text.empty() &&
          is_letter(first.text[0]))
        return peer(from);
      return read_fallback();
    }
    if (has(rest_, "Exim")) {
      for (const ReceivedItem& item : clauses_.items) {
        if (item.kind != Kind::bracket || !is_address(item.text)) continue;
        return peer(item.text, first.text, from, false);
      }
    }
    for (const ReceivedItem& item : clauses_.items) {
      const Peer found = item.kind == Kind::comment ? peer_in(item.text) : Peer{};
      if (!found.ip.empty() && found.bracketed) return read_fallback();
    }
    return handover_or_fallback();
  }

  ReceivedFacts read_words() {
    const std::string_view after = clauses_.after_by;
    if (has(after, " with local-")) return handover();
    if (has(rest_, "mail pickup service by ") && has(after, " with Microsoft SMTPSVC"))
      return handover();
    if (clauses_.items.front().text == "named" && has(after, " with HTTPREST")) return handover();
    for (const ReceivedItem& item : clauses_.items) {
      if (item.text == "with" || item.text == "via" || item.text == "for") return handover();
    }
    return handover_or_fallback();
  }

  ReceivedFacts read_without_by() {
    if (clauses_.from == "Unknown/Local") return handover();
    const bool only_id = clauses_.items.size() == 2 && clauses_.items[0].text == "id";
    if (only_id) return handover();
    constexpr std::string_view kOriginating = "X-Originating-IP: ";
    if (rest_.starts_with(kOriginating) && is_address(rest_.substr(kOriginating.size()))) {
      facts_.by.clear();
      facts_.ip = rest_.substr(kOriginating.size());
      facts_.answer = Answer::relay;
      return facts_;
    }
    return read_fallback();
  }

  // No address anywhere on the peer's side: between programs of one machine.
  ReceivedFacts handover_or_fallback() {
    const std::string_view first =
        clauses_.items.empty() ? std::string_view() : clauses_.items.front().text;
    const std::size_t at = first.rfind('@');
    const bool local = is_localhost(at == first.npos ? first : first.substr(at + 1));
    if (local || first.starts_with("AUTH: ") || first == "unverified") return handover();
    if (first == "unknown" && has(clauses_.after_by, "(SG) with ")) return handover();
    if (has(clauses_.after_by, " with Thrift id ")) return handover();
    if (has(first, "(jqueuemail)") || clauses_.from == "no.name.available") return handover();
    return read_fallback();
  }

  // Any address in [ ], and any "by".
  ReceivedFacts read_fallback() {
    if (facts_.helo.empty()) facts_.helo = clauses_.from;
    for (std::size_t open = rest_.find('['); open != rest_.npos; open = rest_.find('[', open + 1)) {
      const std::size_t close = rest_.find(']', open);
      if (close == rest_.npos) break;
      const std::string_view address = rest_.substr(open + 1, close - open - 1);
      if (!is_address(address)) continue;
      facts_.ip = address;
      break;
    }
    if (facts_.ip.empty() || facts_.by.empty()) {
      facts_.answer = Answer::unreadable;
      return facts_;
    }
    return relay();
  }

  std::string_view line_, rest_;
  ReceivedClauses clauses_;
  ReceivedFacts facts_;
};

}  // namespace

ReceivedFacts read_received_forms(std::string_view line) {
  return FormReader(line).read();
}

}  // namespace secondlook
