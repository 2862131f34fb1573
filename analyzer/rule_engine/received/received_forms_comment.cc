// Forms with the peer in a comment behind its name: "from name (host [ip]) by …".
#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/received_form_reader.h"

namespace secondlook::received {

ReceivedFacts FormReader::read_comment(const ReceivedItem& first) {
  if (const auto ignored = local_handover(first)) return *ignored;
  const Peer found = peer_in(first.text);
  if (found.ip.empty()) return read_odd_comment(first);
  if (found.bracketed && found.host.empty()) return read_address_comment(first, found);
  if (found.bracketed) return read_named_comment(first, found);
  return read_plain_comment(found);
}

std::optional<ReceivedFacts> FormReader::local_handover(const ReceivedItem& first) {
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

ReceivedFacts FormReader::read_named_comment(const ReceivedItem& first, const Peer& found) {
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

ReceivedFacts FormReader::read_other_named(const Peer& found) {
  const std::size_t blank = found.host.rfind(' ');
  if (found.host.starts_with("HELO ") || found.host.starts_with("EHLO "))
    return peer(found.ip, found.host.substr(blank + 1), clauses_.from, true);
  return read_fallback();
}

ReceivedFacts FormReader::read_address_comment(const ReceivedItem& first, const Peer& found) {
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

ReceivedFacts FormReader::read_plain_comment(const Peer& found) {
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

bool FormReader::is_exchange() const {
  for (const std::string_view program : {" with Microsoft SMTP Server ", " with mapi id "}) {
    const std::size_t place = clauses_.after_by.find(program);
    if (place == std::string_view::npos) continue;
    std::string_view version = clauses_.after_by.substr(place + program.size());
    if (version.starts_with('('))
      version = version.substr(std::min(version.find(") "), version.size() - 2) + 2);
    version = version.substr(0, version.find(' '));
    const bool numeric =
        std::all_of(version.begin(), version.end(), [](char c) { return is_digit(c) || c == '.'; });
    if (numeric && std::count(version.begin(), version.end(), '.') == 3) return true;
  }
  return false;
}

ReceivedFacts FormReader::read_exchange(const Peer& found) {
  facts_.id.clear();
  return peer(found.ip, clauses_.from, "", false);
}

ReceivedFacts FormReader::read_odd_comment(const ReceivedItem& first) {
  const std::string_view from = clauses_.from;
  if (is_address(from)) {
    if (clauses_.after_by.starts_with(" with ") && !first.text.empty() && is_letter(first.text[0]))
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

}  // namespace secondlook::received
