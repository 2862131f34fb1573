#include "schema/store/search_sql.h"

#include <algorithm>

#include "schema/store/search_conditions.h"

namespace secondlook {
namespace {

constexpr int kWalkAll = 9;

// Terms that leave the fewest rows come first.
int walk_rank(const SearchTerm& term) {
  const std::string_view field = term.field;
  if (term.negated) return kWalkAll;
  if (field == "id") return 0;
  if (field == "message-id" || field == "sha256" || field == "command") return 1;
  if (is_text_field(field)) return 2;
  if (field == "from" || field == "reply-to" || field == "envelope-from") return 3;
  if (field == "ip") return index_expression(term) ? 3 : kWalkAll;
  if (field == "to" || field == "mailbox") return is_address(term.value) ? 4 : 6;
  if (field == "state" || (field == "action" && term.value != "none")) return 4;
  if (field == "rule" || field == "attribute" || field == "domain") return 5;
  if (field == "url") return index_expression(term) ? 5 : kWalkAll;
  if (field == "disposition") return 7;
  if (field == "direction" || field == "tenant") return 8;
  return kWalkAll;
}

// Of several steps of a message the last one stands for it.
void walk_steps(Builder& builder, const SearchTerm& term) {
  builder.walk("steps AS d CROSS JOIN messages AS m ON m.id = d.message", "d.message");
  builder.add("d." + term.field +
                  " = ? AND NOT EXISTS (SELECT 1 FROM steps AS later WHERE "
                  "later.message = d.message AND later." +
                  term.field + " = d." + term.field + " AND later.id > d.id)",
              {term.value});
}

// Where a copy was to lie, by a step.
void walk_step_mailbox(Builder& builder, const SearchTerm& term) {
  builder.walk("steps AS d CROSS JOIN messages AS m ON m.id = d.message", "d.message");
  Condition condition = address_condition("d.mailbox", term);
  builder.add(condition.sql, std::move(condition.values));
}

// Expressions for MATCH, joined by a word of it. As SQL: they are put together where the secret of
// the keys is.
class Match {
 public:
  explicit Match(std::string_view word) : word_(word) {}
  void add(IndexExpression expression) {
    sql_ += (sql_.empty() ? "'(' || " : " || ' " + word_ + " (' || ") + expression.sql + " || ')'";
    for (auto& value : expression.values) values_.push_back(std::move(value));
  }
  bool is_empty() const { return sql_.empty(); }
  IndexExpression take() && { return {{std::move(sql_), std::move(values_)}}; }

 private:
  std::string word_, sql_;
  std::vector<SearchSql::Value> values_;
};

// Walks what all terms that the index knows have in common: FTS5 goes from list to list, and each
// leaps over what the others lack. Those that this meets wholly are taken out of `terms`. False: it
// knows none that is not negated. `mailbox`: the one term of that field that is looked up by the
// envelope alone.
bool walk_index(Builder& builder, std::vector<SearchTerm>& terms, const SearchTerm* mailbox,
                bool detections_only) {
  Match all("AND"), none("OR");
  if (detections_only) all.add(detections());
  std::vector<SearchTerm> rest;
  for (const SearchTerm& term : terms) {
    auto expression =
        term.field == "mailbox" && &term != mailbox ? std::nullopt : index_expression(term);
    const bool is_met = expression && expression->is_exact;
    if (expression && !term.negated)
      all.add(std::move(*expression));
    else if (is_met)
      none.add(std::move(*expression));
    if (!is_met) rest.push_back(term);
  }
  if (all.is_empty()) return false;
  if (!none.is_empty()) {
    Match both("NOT");
    both.add(std::move(all).take());
    both.add(std::move(none).take());
    all = std::move(both);
  }
  IndexExpression match = std::move(all).take();
  builder.walk("message_search AS d CROSS JOIN messages AS m ON m.id = d.rowid", "d.rowid");
  builder.add("message_search MATCH " + match.sql, std::move(match.values));
  terms = std::move(rest);
  return true;
}

// What a term is looked up by: `mailbox:` by the envelope and, in a query of its own, by the steps.
enum class Way { envelope, steps };

// Chooses what is walked. True: by `mailbox:`, so that there is another way.
bool choose_walk(Builder& builder, std::vector<SearchTerm>& terms, bool detections_only, Way way) {
  const auto best = std::min_element(terms.begin(), terms.end(), [](const auto& a, const auto& b) {
    return walk_rank(a) < walk_rank(b);
  });
  const std::string field = best == terms.end() || walk_rank(*best) == kWalkAll ? "" : best->field;
  const bool by_mailbox = field == "mailbox";
  bool is_by_row = true;
  if (field == "state" || field == "action") {
    walk_steps(builder, *best);
    terms.erase(best);
  } else if (by_mailbox && way == Way::steps) {
    walk_step_mailbox(builder, *best);
    terms.erase(best);
  } else if (field != "id" && field != "command") {
    is_by_row = !walk_index(builder, terms, by_mailbox ? &*best : nullptr, detections_only);
  }
  if (is_by_row && detections_only) builder.add("+m.disposition NOT IN ('clean', 'not_a_report')");
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

SearchSql ids_found(const SearchQuery& query, std::optional<MessageRowId> below,
                    std::optional<std::size_t> most) {
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
  search.sql = "SELECT id FROM (" + search.sql + ") UNION SELECT id FROM (" + other.sql + ")";
  search.values.insert(search.values.end(), other.values.begin(), other.values.end());
  if (!most) return search;
  search.sql += " ORDER BY id DESC LIMIT ?";
  search.values.emplace_back(static_cast<std::int64_t>(*most));
  return search;
}

}  // namespace

SearchSql search_sql(const SearchQuery& query, std::optional<MessageRowId> below,
                     std::size_t most) {
  return ids_found(query, below, most);
}

SearchSql count_sql(const SearchQuery& query) {
  SearchSql search = ids_found(query, std::nullopt, std::nullopt);
  search.sql = "SELECT count(*) FROM (" + search.sql + ")";
  return search;
}

}  // namespace secondlook
