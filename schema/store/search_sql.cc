#include "schema/store/search_sql.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "schema/store/recording.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;
constexpr int kWalkTexts = 2;
constexpr int kWalkAll = 9;

// Builds conditions; each function appends SQL and the values for its question marks together.
class Builder {
 public:
  void add(std::string_view condition) { conditions_.emplace_back(condition); }
  void add(std::string_view condition, std::vector<SearchSql::Value> values, bool negated = false) {
    conditions_.push_back(negated ? "NOT (" + std::string(condition) + ")"
                                  : std::string(condition));
    for (auto& value : values) values_.push_back(std::move(value));
  }
  // Where the walk goes, before any condition: a FROM clause that names `messages AS m`, its ordered id, and
  // what its question marks stand for.
  void walk(std::string_view from, std::string_view id, std::vector<SearchSql::Value> values = {}) {
    from_ = from;
    id_ = id;
    values_ = std::move(values);
  }
  const std::string& id() const { return id_; }

  SearchSql finish(std::size_t most) && {
    std::string sql = "SELECT m.id AS id FROM " + from_ + " WHERE 1";
    for (const std::string& condition : conditions_) sql += " AND " + condition;
    sql += " ORDER BY " + id_ + " DESC LIMIT ?";
    values_.emplace_back(static_cast<std::int64_t>(most));
    return {std::move(sql), std::move(values_)};
  }

 private:
  std::string from_ = "messages AS m";
  std::string id_ = "m.id";
  std::vector<std::string> conditions_;
  std::vector<SearchSql::Value> values_;
};

bool is_text_field(std::string_view field) {
  return field.empty() || field == "subject" || field == "filename";
}

std::string match_of(const SearchTerm& term) {
  const std::string phrase = match_phrase(term.value);
  if (term.field == "subject") return "subject : " + phrase;
  if (term.field == "filename") return "files : " + phrase;
  return phrase;
}

std::optional<FactKind> fact_kind(std::string_view field) {
  if (field == "rule") return FactKind::rule;
  if (field == "attribute") return FactKind::attribute;
  if (field == "domain") return FactKind::host;
  if (field == "sha256") return FactKind::sha256;
  return std::nullopt;
}

std::string fact_value(const SearchTerm& term) {
  return term.field == "domain" ? domain_key(term.value) : lower_ascii(term.value);
}

// "@corp.example" and "corp.example" mean the domain.
bool is_address(std::string_view value) {
  return value.find('@', 1) != std::string_view::npos;
}
std::string domain_of(std::string_view value) {
  if (value.starts_with('@')) value.remove_prefix(1);
  return domain_key(value);
}

// `column` holds a lower-case address. As schema_11.h's indexes have it.
struct AddressCondition {
  std::string sql;
  std::vector<SearchSql::Value> values;
};
AddressCondition address_condition(const std::string& column, const SearchTerm& term) {
  if (is_address(term.value)) return {column + " = ?", {lower_ascii(term.value)}};
  return {"substr(" + column + ", instr(" + column + ", '@') + 1) = ?", {domain_of(term.value)}};
}

void add_address(Builder& builder, const std::string& column, const SearchTerm& term) {
  AddressCondition condition = address_condition(column, term);
  // Lets SQLite take an index that leaves out mails without such an address.
  if (!term.negated) builder.add(column + " <> ''");
  builder.add(condition.sql, std::move(condition.values), term.negated);
}

void add_sender(Builder& builder, const SearchTerm& term) {
  if (is_address(term.value))
    builder.add("m.sender_key = ?", {lower_ascii(term.value)}, term.negated);
  else
    builder.add("m.from_domain = ?", {domain_of(term.value)}, term.negated);
}

void add_recipient(Builder& builder, const SearchTerm& term) {
  AddressCondition condition = address_condition("address_key", term);
  std::string sql =
      "EXISTS (SELECT 1 FROM recipients WHERE message = m.id AND " + condition.sql + ")";
  if (term.field == "mailbox") {
    const AddressCondition step = address_condition("mailbox", term);
    sql = "(" + sql + " OR EXISTS (SELECT 1 FROM steps WHERE message = m.id AND " + step.sql + "))";
    condition.values.insert(condition.values.end(), step.values.begin(), step.values.end());
  }
  builder.add(sql, std::move(condition.values), term.negated);
}

void add_step(Builder& builder, const SearchTerm& term) {
  if (term.field == "action" && term.value == "none") {
    builder.add(
        "NOT EXISTS (SELECT 1 FROM steps WHERE steps.message = m.id "
        "AND action <> 'none')",
        {}, term.negated);
    return;
  }
  builder.add("EXISTS (SELECT 1 FROM steps WHERE steps.message = m.id AND " + term.field + " = ?)",
              {term.value}, term.negated);
}

// Of "https://host/…" the host, which has an index; of anything else nothing.
std::optional<std::string> whole_host(const SearchTerm& term) {
  const auto scheme = term.value.find("://");
  if (scheme == std::string::npos) return std::nullopt;
  const std::string rest = term.value.substr(scheme + 3);
  const std::string host = rest.substr(0, rest.find_first_of("/?#:"));
  if (host.empty() || host.size() == rest.size()) return std::nullopt;
  return domain_key(host);
}

// Looks into the verdict of every row that is walked; first as a text, which is quicker.
void add_url(Builder& builder, const SearchTerm& term) {
  const bool is_plain = std::ranges::all_of(
      term.value, [](char c) { return c > ' ' && c < '\x7F' && c != '"' && c != '\\'; });
  if (is_plain && !term.negated)
    builder.add("EXISTS (SELECT 1 FROM reports WHERE reports.id = m.deciding_report AND "
                "instr(lower(verdict_json(packed, verdict)), ?))",
                {lower_ascii(term.value)});
  builder.add(
      "EXISTS (SELECT 1 FROM reports, json_each(verdict_json(packed, verdict), '$.links') AS link "
      "WHERE reports.id = m.deciding_report "
      "AND instr(lower(json_extract(link.value, '$.url')), ?))",
      {lower_ascii(term.value)}, term.negated);
}

void add_received(Builder& builder, const SearchTerm& term) {
  const std::int64_t time =
      parse_rfc3339(term.value).value_or(Timestamp{}).time_since_epoch().count();
  const bool from_then_on = (term.field == "after") != term.negated;
  builder.add(from_then_on ? "m.received_at >= ?" : "m.received_at < ?", {time});
  // The hours' table turns the window into a range of ids, wider by at most what came late.
  builder.add(
      builder.id() +
          (from_then_on ? " >= coalesce((SELECT min(first_message) FROM hours WHERE hour >= ?), "
                          "9223372036854775807)"
                        : " <= coalesce((SELECT max(last_message) FROM hours WHERE hour <= ?), 0)"),
      {time / kHour});
}

void add_plain_column(Builder& builder, const SearchTerm& term) {
  struct Column {
    std::string_view field, column;
  };
  constexpr std::array kColumns = {Column{"disposition", "m.disposition"},
                                   Column{"direction", "m.direction"},
                                   Column{"ip", "m.connecting_ip"}, Column{"tenant", "m.tenant"}};
  for (const auto& [field, column] : kColumns)
    if (term.field == field)
      builder.add("+" + std::string(column) + " = ?", {term.value}, term.negated);
}

void walk_column(Builder& builder, const SearchTerm& term) {
  if (term.field == "ip") {
    builder.add("m.connecting_ip <> '' AND m.connecting_ip = ?", {term.value});
  } else {
    builder.add("m." + term.field + " = ?", {term.value});
  }
}

std::int64_t id_of(const SearchTerm& term) {
  std::int64_t id = 0;
  std::from_chars(term.value.data(), term.value.data() + term.value.size(), id);
  return id;
}

void add_condition(Builder& builder, const SearchTerm& term) {
  if (is_text_field(term.field)) {
    builder.add(
        "EXISTS (SELECT 1 FROM message_search WHERE message_search MATCH ? "
        "AND rowid = m.id)",
        {match_of(term)}, term.negated);
  } else if (const auto kind = fact_kind(term.field)) {
    builder.add("EXISTS (SELECT 1 FROM message_facts WHERE fact = (SELECT id FROM fact_values WHERE "
                "kind = ? AND value = ?) AND message = m.id)",
                {static_cast<std::int64_t>(*kind), fact_value(term)}, term.negated);
  } else if (term.field == "from") {
    add_sender(builder, term);
  } else if (term.field == "reply-to") {
    add_address(builder, "m.reply_to_key", term);
  } else if (term.field == "envelope-from") {
    add_address(builder, "m.envelope_sender_key", term);
  } else if (term.field == "to" || term.field == "mailbox") {
    add_recipient(builder, term);
  } else if (term.field == "action" || term.field == "state") {
    add_step(builder, term);
  } else if (term.field == "url") {
    add_url(builder, term);
  } else if (term.field == "after" || term.field == "before") {
    add_received(builder, term);
  } else if (term.field == "id") {
    builder.add("m.id = ?", {id_of(term)}, term.negated);
  } else if (term.field == "command") {
    const std::string number = std::to_string(id_of(term));
    builder.add(
        "m.id IN (SELECT message FROM steps WHERE cause IN (?, ?) AND cause <> 'automatic')",
        {"retract " + number, "restore " + number}, term.negated);
  } else if (term.field == "message-id") {
    builder.add("m.message_id IN (?, '<' || ? || '>')", {term.value, term.value}, term.negated);
  } else {
    add_plain_column(builder, term);
  }
}

// Terms whose index leads to the fewest rows come first.
int walk_rank(const SearchTerm& term) {
  const std::string_view field = term.field;
  if (term.negated) return kWalkAll;
  if (field == "id") return 0;
  if (field == "message-id" || field == "sha256" || field == "command") return 1;
  if (is_text_field(field)) return kWalkTexts;
  if (field == "from" || field == "reply-to" || field == "envelope-from" || field == "ip") return 3;
  if (field == "to" || field == "mailbox") return is_address(term.value) ? 4 : 6;
  if (field == "state" || (field == "action" && term.value != "none")) return 4;
  if (fact_kind(field) || (field == "url" && whole_host(term))) return 5;
  if (field == "disposition") return 7;
  if (field == "direction" || field == "tenant") return 8;
  return kWalkAll;
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
    walk_fact(builder, FactKind::recipient_domain, domain_of(term.value));
  else if (field == "to" || field == "mailbox")
    walk_recipient(builder, term);
  else if (field == "state" || field == "action")
    walk_steps(builder, term);
  else if (field == "disposition" || field == "direction" || field == "tenant" || field == "ip")
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
