#include "schema/store/search_sql.h"

#include <algorithm>

#include "schema/store/search_conditions.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr int kWalkTexts = 2;
constexpr int kWalkAll = 9;

// Terms whose index leads to the fewest rows come first.
int walk_rank(const SearchTerm& term) {
  const std::string_view field = term.field;
  if (term.negated) return kWalkAll;
  if (field == "id") return 0;
  if (field == "message-id" || field == "sha256" || field == "command") return 1;
  if (is_text_field(field)) return kWalkTexts;
  if (field == "from" || field == "reply-to" || field == "envelope-from") return 3;
  if (field == "ip") return !is_network(term) || common_beginning(term) ? 3 : kWalkAll;
  if (field == "to" || field == "mailbox") return is_address(term.value) ? 4 : 6;
  if (field == "state" || (field == "action" && term.value != "none")) return 4;
  if (fact_kind(field) || (field == "url" && whole_host(term))) return 5;
  if (field == "disposition") return 7;
  if (field == "direction" || field == "tenant") return 8;
  return kWalkAll;
}

void walk_column(Builder& builder, const SearchTerm& term) {
  builder.add("m." + term.field + " = ?", {term.value});
}

// The addresses of a network are sorted by text, so that its mails are gathered and then ordered.
void walk_ip(Builder& builder, const SearchTerm& term) {
  if (!is_network(term))
    return builder.add("m.connecting_ip <> '' AND m.connecting_ip = ?", {term.value});
  std::string after = *common_beginning(term);
  builder.walk("messages AS m INDEXED BY messages_by_ip", "m.id");
  builder.add("m.connecting_ip <> '' AND m.connecting_ip >= ?", {after});
  ++after.back();
  builder.add("m.connecting_ip < ?", {after});
  add_condition(builder, term);
}

// All positive texts are one MATCH, so that the index is walked once.
void walk_texts(Builder& builder, std::vector<SearchTerm>& terms) {
  std::string match;
  std::erase_if(terms, [&](const SearchTerm& term) {
    if (term.negated || !is_text_field(term.field)) return false;
    match += (match.empty() ? "(" : " AND (") + match_of(term) + ")";
    return true;
  });
  builder.walk("message_search AS d CROSS JOIN messages AS m ON m.id = d.rowid", "d.rowid");
  builder.add("message_search MATCH ?", {match});
}

void walk_fact(Builder& builder, FactKind kind, std::string value) {
  builder.walk("message_facts AS d CROSS JOIN messages AS m ON m.id = d.message", "d.message");
  builder.add("d.fact = (SELECT id FROM fact_values WHERE kind = ? AND value = ?)",
              {static_cast<std::int64_t>(kind), std::move(value)});
}

void walk_recipient(Builder& builder, const SearchTerm& term) {
  builder.walk("recipients AS d CROSS JOIN messages AS m ON m.id = d.message", "d.message");
  builder.add("d.address_key = ?", {lower_ascii(term.value)});
}

// Of several steps of a message the last one stands for it.
void walk_steps(Builder& builder, const SearchTerm& term) {
  builder.walk("steps AS d CROSS JOIN messages AS m ON m.id = d.message", "d.message");
  builder.add("d." + term.field + " = ? AND NOT EXISTS (SELECT 1 FROM steps AS later WHERE "
              "later.message = d.message AND later." + term.field + " = d." + term.field +
              " AND later.id > d.id)",
              {term.value});
}

// Where a copy was to lie, by a step.
void walk_step_mailbox(Builder& builder, const SearchTerm& term) {
  builder.walk("steps AS d CROSS JOIN messages AS m ON m.id = d.message", "d.message");
  AddressCondition condition = address_condition("d.mailbox", term);
  builder.add(condition.sql, std::move(condition.values));
}

// What a term is looked up by: `mailbox:` by the envelope and, in a query of its own, by the steps.
enum class Way { envelope, steps };

// Walks the index of the term and, where that meets it wholly, takes it out of `terms`.
void walk_term(Builder& builder, std::vector<SearchTerm>& terms,
               std::vector<SearchTerm>::iterator best, Way way) {
  const SearchTerm term = *best;
  const std::string_view field = term.field;
  if (field == "url") return walk_fact(builder, FactKind::host, *whole_host(term));  // and tested
  terms.erase(best);
  if (const auto kind = fact_kind(field))
    walk_fact(builder, *kind, fact_value(term));
  else if (field == "mailbox" && way == Way::steps)
    walk_step_mailbox(builder, term);
  else if ((field == "to" || field == "mailbox") && !is_address(term.value))
    walk_fact(builder, FactKind::recipient_domain, domain_named_by(term.value));
  else if (field == "to" || field == "mailbox")
    walk_recipient(builder, term);
  else if (field == "state" || field == "action")
    walk_steps(builder, term);
  else if (field == "ip")
    walk_ip(builder, term);
  else if (field == "disposition" || field == "direction" || field == "tenant")
    walk_column(builder, term);
  else
    add_condition(builder, term);
}

// Chooses what is walked. True: by `mailbox:`, so that there is another way.
bool choose_walk(Builder& builder, std::vector<SearchTerm>& terms, bool detections_only, Way way) {
  const auto best = std::min_element(terms.begin(), terms.end(), [](const auto& a, const auto& b) {
    return walk_rank(a) < walk_rank(b);
  });
  int rank = best == terms.end() ? kWalkAll : walk_rank(*best);
  // Detections are fewer than what goes in one direction, or than a tenant's mail.
  if (rank == 8 && detections_only) rank = kWalkAll;
  const bool by_mailbox = rank < kWalkAll && rank != kWalkTexts && best->field == "mailbox";
  if (rank == kWalkTexts)
    walk_texts(builder, terms);
  else if (rank < kWalkAll)
    walk_term(builder, terms, best, way);
  // The plus keeps SQLite from walking this index when there is a better one.
  if (detections_only) builder.add(rank == kWalkAll ? "m.detection = 1" : "+m.detection = 1");
  return by_mailbox;
}

// Who names a message, or asks for clean ones, wants to see it.
bool wants_all(const SearchQuery& query) {
  return query.include_all ||
         std::any_of(query.terms.begin(), query.terms.end(), [](const SearchTerm& term) {
           return !term.negated &&
                  (term.field == "id" || term.field == "disposition" || term.field == "command");
         });
}

}  // namespace

SearchSql search_sql(const SearchQuery& query, std::optional<MessageRowId> below,
                     std::size_t most) {
  bool by_mailbox = false;
  const auto along = [&](Way way) {
    Builder builder;
    std::vector<SearchTerm> terms = query.terms;
    by_mailbox = choose_walk(builder, terms, !wants_all(query), way);
    if (below) builder.add(builder.id() + " < ?", {*below});
    if (query.last_id) builder.add(builder.id() + " <= ?", {*query.last_id});
    for (const SearchTerm& term : terms) add_condition(builder, term);
    return std::move(builder).finish(most);
  };
  SearchSql search = along(Way::envelope);
  if (!by_mailbox) return search;
  // The newest of both ways are the newest of all.
  SearchSql other = along(Way::steps);
  search.sql = "SELECT id FROM (" + search.sql + ") UNION SELECT id FROM (" + other.sql +
               ") ORDER BY id DESC LIMIT ?";
  search.values.insert(search.values.end(), other.values.begin(), other.values.end());
  search.values.emplace_back(static_cast<std::int64_t>(most));
  return search;
}

}  // namespace secondlook
