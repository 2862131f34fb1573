// Forms that begin with an address, or with the greeting in a comment of its own.
#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/received_form_reader.h"

namespace secondlook::received {

void FormReader::take_literal_greeting() {
  std::vector<ReceivedItem>& items = clauses_.items;
  if (!clauses_.from.empty() || items.size() < 2 || items[0].kind != Kind::bracket) return;
  if (items[1].kind != Kind::comment || peer_in(items[1].text).ip.empty()) return;
  clauses_.from = rest_.substr(0, items[0].text.size() + 2);
  items.erase(items.begin());
}

ReceivedFacts FormReader::read_address_first(const ReceivedItem& first) {
  if (first.kind == Kind::bracket && is_address(first.text)) {
    if (clauses_.items.size() == 1) return peer(first.text);
    const ReceivedItem& second = clauses_.items[1];
    if (second.kind == Kind::comment) {
      const std::size_t greeting = std::max(second.text.rfind("HELO "), second.text.rfind("EHLO "));
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

void FormReader::read_named_values(std::string_view comment) {
  const std::string_view helo = word_behind(comment, "helo=");
  const std::string_view ident = word_behind(comment, "ident=");
  if (!helo.empty()) facts_.helo = helo;
  if (!ident.empty()) facts_.ident = ident;
}

ReceivedFacts FormReader::read_greeting(const ReceivedItem& first) {
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

ReceivedFacts FormReader::read_outer_bracket(const ReceivedItem& first) {
  std::string_view ip = first.text;
  if (ip.starts_with('(') && ip.ends_with(')')) ip = ip.substr(1, ip.size() - 2);
  if (!is_address(ip)) return read_fallback();
  if (has(rest_, "Exim")) return peer(ip, clauses_.from, clauses_.from, false);
  const bool looked_up = clauses_.after_by.starts_with(" [") && ip.size() == first.text.size();
  if (is_fetched() && !looked_up) return fetched();
  return peer(ip, clauses_.from, "", looked_up);
}

}  // namespace secondlook::received
