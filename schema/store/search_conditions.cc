#include "schema/store/search_conditions.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;

}  // namespace

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

bool is_address(std::string_view value) {
  return value.find('@', 1) != std::string_view::npos;
}
std::string domain_named_by(std::string_view value) {
  if (value.starts_with('@')) value.remove_prefix(1);
  return domain_key(value);
}

AddressCondition address_condition(const std::string& column, const SearchTerm& term) {
  if (is_address(term.value)) return {column + " = ?", {lower_ascii(term.value)}};
  return {"substr(" + column + ", instr(" + column + ", '@') + 1) = ?", {domain_named_by(term.value)}};
}

namespace {

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
    builder.add("m.from_domain = ?", {domain_named_by(term.value)}, term.negated);
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

}  // namespace

std::optional<std::string> whole_host(const SearchTerm& term) {
  const auto scheme = term.value.find("://");
  if (scheme == std::string::npos) return std::nullopt;
  const std::string rest = term.value.substr(scheme + 3);
  const std::string host = rest.substr(0, rest.find_first_of("/?#:"));
  if (host.empty() || host.size() == rest.size()) return std::nullopt;
  return domain_key(host);
}

namespace {

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
                                   Column{"tenant", "m.tenant"}};
  for (const auto& [field, column] : kColumns)
    if (term.field == field)
      builder.add("+" + std::string(column) + " = ?", {term.value}, term.negated);
}

}  // namespace

bool is_network(const SearchTerm& term) {
  return term.value.find('/') != std::string::npos;
}

std::optional<std::string> common_beginning(const SearchTerm& term) {
  const auto slash = term.value.find('/');
  unsigned bits = 0;
  std::from_chars(term.value.data() + slash + 1, term.value.data() + term.value.size(), bits);
  if (bits < 16 || bits > 32 || term.value.find(':') != std::string::npos) return std::nullopt;
  std::size_t end = 0;
  for (unsigned octets = bits == 32 ? 3 : bits / 8; octets > 0; --octets)
    end = term.value.find('.', end) + 1;
  return term.value.substr(0, end);
}

namespace {

void add_ip(Builder& builder, const SearchTerm& term) {
  if (is_network(term))
    builder.add("in_network(m.connecting_ip, ?)", {term.value}, term.negated);
  else
    builder.add("+m.connecting_ip = ?", {term.value}, term.negated);
}

std::int64_t id_of(const SearchTerm& term) {
  std::int64_t id = 0;
  std::from_chars(term.value.data(), term.value.data() + term.value.size(), id);
  return id;
}

}  // namespace

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
  } else if (term.field == "ip") {
    add_ip(builder, term);
  } else if (term.field == "message-id") {
    builder.add("m.message_id IN (?, '<' || ? || '>')", {term.value, term.value}, term.negated);
  } else {
    add_plain_column(builder, term);
  }
}

}  // namespace secondlook
