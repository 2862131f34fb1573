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
  // Where the walk goes: a FROM clause that names `messages AS m`, and its ordered id.
  void walk(std::string_view from, std::string_view id) {
    from_ = from;
    id_ = id;
  }
  const std::string& id() const { return id_; }

  SearchSql finish(std::size_t most) && {
    std::string sql = "SELECT m.id FROM " + from_ + " WHERE 1";
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
std::string domain_suffix(std::string_view value) {
  return value.starts_with('@') ? lower_ascii(value) : "@" + domain_key(value);
}

// `column` holds a lower-case address.
struct AddressCondition {
  std::string sql;
  std::vector<SearchSql::Value> values;
};
AddressCondition address_condition(const std::string& column, const SearchTerm& term) {
  if (is_address(term.value)) return {column + " = ?", {lower_ascii(term.value)}};
  const std::string suffix = domain_suffix(term.value);
  return {"substr(" + column + ", -length(?)) = ?", {suffix, suffix}};
}

void add_address(Builder& builder, const std::string& column, const SearchTerm& term) {
  AddressCondition condition = address_condition(column, term);
  builder.add(condition.sql, std::move(condition.values), term.negated);
}

void add_sender(Builder& builder, const SearchTerm& term) {
  if (is_address(term.value))
    builder.add("m.sender_key = ?", {lower_ascii(term.value)}, term.negated);
  else
    builder.add("m.from_domain = ?", {domain_suffix(term.value).substr(1)}, term.negated);
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

// A scheme in front names the host, which has an index; otherwise every verdict is looked into.
void add_url(Builder& builder, const SearchTerm& term) {
  const auto scheme = term.value.find("://");
  if (scheme != std::string::npos && !term.negated) {
    const std::string rest = term.value.substr(scheme + 3);
    const std::string host = rest.substr(0, rest.find_first_of("/?#:"));
    if (host.size() < rest.size())  // the host is whole
      builder.add("EXISTS (SELECT 1 FROM facts WHERE kind = ? AND value = ? AND message = m.id)",
                  {static_cast<std::int64_t>(FactKind::host), domain_key(host)});
  }
  builder.add(
      "EXISTS (SELECT 1 FROM reports, json_each(reports.verdict, '$.links') AS link "
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
    builder.add("EXISTS (SELECT 1 FROM facts WHERE kind = ? AND value = ? AND message = m.id)",
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
  if (term.negated) return kWalkAll;
  if (term.field == "id") return 0;
  if (term.field == "message-id" || term.field == "sha256" || term.field == "command") return 1;
  if (is_text_field(term.field)) return kWalkTexts;
  if (term.field == "from") return 3;
  if (term.field == "to" && is_address(term.value)) return 4;
  if (fact_kind(term.field)) return 5;
  if (term.field == "disposition") return 6;
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

void walk_fact(Builder& builder, FactKind kind, const SearchTerm& term) {
  builder.walk("facts AS d CROSS JOIN messages AS m ON m.id = d.message", "d.message");
  builder.add("d.kind = ? AND d.value = ?", {static_cast<std::int64_t>(kind), fact_value(term)});
}

void walk_recipient(Builder& builder, const SearchTerm& term) {
  builder.walk("recipients AS d CROSS JOIN messages AS m ON m.id = d.message", "d.message");
  builder.add("d.address_key = ?", {lower_ascii(term.value)});
}

// Chooses what is walked and takes the terms that are thereby met.
void choose_walk(Builder& builder, std::vector<SearchTerm>& terms, bool detections_only) {
  const auto best = std::min_element(terms.begin(), terms.end(), [](const auto& a, const auto& b) {
    return walk_rank(a) < walk_rank(b);
  });
  const int rank = best == terms.end() ? kWalkAll : walk_rank(*best);
  if (rank == kWalkTexts) {
    walk_texts(builder, terms);
  } else if (rank < kWalkAll) {
    const SearchTerm term = *best;
    terms.erase(best);
    if (const auto kind = fact_kind(term.field))
      walk_fact(builder, *kind, term);
    else if (term.field == "to")
      walk_recipient(builder, term);
    else if (term.field == "disposition")
      builder.add("m.disposition = ?", {term.value});
    else
      add_condition(builder, term);
  }
  // The plus keeps SQLite from walking this index when there is a better one.
  if (detections_only) builder.add(rank == kWalkAll ? "m.detection = 1" : "+m.detection = 1");
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
  Builder builder;
  std::vector<SearchTerm> terms = query.terms;
  choose_walk(builder, terms, !wants_all(query));
  if (below) builder.add(builder.id() + " < ?", {*below});
  if (query.last_id) builder.add(builder.id() + " <= ?", {*query.last_id});
  for (const SearchTerm& term : terms) add_condition(builder, term);
  return std::move(builder).finish(most);
}

}  // namespace secondlook
