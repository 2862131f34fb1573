#include "analyzer/rule_engine/received/received_forms.h"

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/received_form_reader.h"

namespace secondlook::received {
namespace {

bool is_greeting(const ReceivedItem& item) {
  return item.kind == ReceivedItem::Kind::comment &&
         (item.text.starts_with("HELO ") || item.text.starts_with("EHLO ") ||
          item.text.starts_with("LHLO "));
}

}  // namespace

ReceivedFacts FormReader::read() {
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

ReceivedFacts FormReader::read_navgw() {
  collect_common();
  const ReceivedClauses clauses = cut_received(line_);
  if (clauses.items.empty()) return handover();
  const Peer found = peer_in(clauses.items[0].text.substr(5));
  if (found.ip.empty()) return handover();
  facts_.by = clauses.by;
  return has(clauses.after_by, "(NAVGW ") ? peer(found.ip, found.host, "", false) : peer(found.ip);
}

void FormReader::collect_common() {
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

bool FormReader::is_unsaid_handover() const {
  const bool bare = clauses_.items.empty() && !clauses_.from.empty();
  return bare && (clauses_.after_by.empty() || clauses_.after_by == " ;") && line_.ends_with(';');
}

ReceivedFacts FormReader::read_capitals() {
  const std::size_t by = rest_.find(" BY ");
  const ReceivedClauses clauses = cut_received(rest_.substr(0, by));
  const Peer found = clauses.items.empty() ? Peer{} : peer_in(clauses.items[0].text);
  const std::string_view id = word_behind(rest_, " ID ", "<>");
  if (by == rest_.npos || found.ip.empty() || id.empty()) return read_fallback();
  facts_.by = word_behind(rest_, " BY ");
  facts_.id = id;
  return peer(found.ip, clauses.from, found.host == "unverified" ? "" : found.host, true);
}

ReceivedFacts FormReader::read_clauses() {
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

bool FormReader::is_fetched() const {
  return has(clauses_.after_by, " with POP3") || has(clauses_.after_by, " with IMAP");
}

ReceivedFacts FormReader::read_bare() {
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

ReceivedFacts FormReader::read_words() {
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

ReceivedFacts FormReader::read_without_by() {
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

ReceivedFacts FormReader::handover_or_fallback() {
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

ReceivedFacts FormReader::read_fallback() {
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

}  // namespace secondlook::received

namespace secondlook {

ReceivedFacts read_received_forms(std::string_view line) {
  return received::FormReader(line).read();
}

}  // namespace secondlook
