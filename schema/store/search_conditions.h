// The parts of search_sql: what a term asks of the index, and of a row, as SQL over `messages AS
// m`. For schema/store alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/store/search.h"
#include "schema/store/search_keys.h"
#include "schema/store/search_sql.h"

namespace secondlook {

// Builds conditions; each function appends SQL and the values for its question marks together.
class Builder {
 public:
  void add(std::string_view condition) { conditions_.emplace_back(condition); }
  void add(std::string_view condition, std::vector<SearchSql::Value> values, bool negated = false) {
    conditions_.push_back(negated ? "NOT (" + std::string(condition) + ")"
                                  : std::string(condition));
    for (auto& value : values) values_.push_back(std::move(value));
  }
  // Where the walk goes, before any condition: a FROM clause that names `messages AS m`, its
  // ordered id, and what its question marks stand for.
  void walk(std::string_view from, std::string_view id, std::vector<SearchSql::Value> values = {}) {
    from_ = from;
    id_ = id;
    values_ = std::move(values);
  }
  const std::string& id() const { return id_; }

  // `most`: the newest so many. Nothing: all, in any order.
  SearchSql finish(std::optional<std::size_t> most) && {
    std::string sql = "SELECT m.id AS id FROM " + from_ + " WHERE 1";
    for (const std::string& condition : conditions_) sql += " AND " + condition;
    if (most) {
      sql += " ORDER BY " + id_ + " DESC LIMIT ?";
      values_.emplace_back(static_cast<std::int64_t>(*most));
    }
    return {std::move(sql), std::move(values_)};
  }

 private:
  std::string from_ = "messages AS m";
  std::string id_ = "m.id";
  std::vector<std::string> conditions_;
  std::vector<SearchSql::Value> values_;
};

// SQL and the values of its question marks.
struct Condition {
  std::string sql;
  std::vector<SearchSql::Value> values;
};

// An expression for MATCH that finds what the term asks for, or, where `is_exact` is not set, some
// more, of which each row is to be tested by add_condition(). Nothing: the index does not know it.
// A negated term as if it were not.
struct IndexExpression : Condition {
  bool is_exact = true;
};
std::optional<IndexExpression> index_expression(const SearchTerm& term);
// Of everything but clean and plain mails.
IndexExpression detections();

// What a row must satisfy for this term.
void add_condition(Builder& builder, const SearchTerm& term);

// `column` holds a lower-case address.
Condition address_condition(const std::string& column, const SearchTerm& term);

// "@corp.example" and "corp.example" mean the domain.
bool is_address(std::string_view value);
std::string domain_named_by(std::string_view value);

bool is_text_field(std::string_view field);
// Of "https://host/…" the host, which has a key; of anything else nothing.
std::optional<std::string> whole_host(const SearchTerm& term);
bool is_network(const SearchTerm& term);
// Of "203.0.113.0/24" "203.0.113.": what the texts of all its addresses begin with, in two or three
// octets. Nothing where that is so little that most mail may begin so.
std::optional<std::string> common_beginning(const SearchTerm& term);

}  // namespace secondlook
