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

bool is_address(std::string_view value) {
  return value.find('@', 1) != std::string_view::npos;
}
std::string domain_named_by(std::string_view value) {
  if (value.starts_with('@')) value.remove_prefix(1);
  return domain_key(value);
}

Condition address_condition(const std::string& column, const SearchTerm& term) {
  if (is_address(term.value)) return {column + " = ?", {lower_ascii(term.value)}};
  return {"substr(" + column + ", instr(" + column + ", '@') + 1) = ?",
          {domain_named_by(term.value)}};
}

namespace {

std::string match_of(const SearchTerm& term) {
  const std::string phrase = match_phrase(term.value);
  if (term.field == "subject") return "subject : " + phrase;
  if (term.field == "filename") return "files : " + phrase;
  return "{subject sender names files} : " + phrase;
}

IndexExpression by_key(KeyKind kind, std::string value, bool is_exact = true) {
  return {{key_expression(kind), {std::move(value)}}, is_exact};
}

struct AddressField {
  std::string_view field;
  KeyKind address, domain;
};
constexpr std::array kAddressFields = {
    AddressField{"from", KeyKind::sender, KeyKind::sender_domain},
    AddressField{"reply-to", KeyKind::reply_to, KeyKind::reply_to_domain},
    AddressField{"envelope-from", KeyKind::envelope_sender, KeyKind::envelope_domain},
    AddressField{"to", KeyKind::recipient, KeyKind::recipient_domain},
    // By the envelope; its steps are another way (search_sql.cc).
    AddressField{"mailbox", KeyKind::recipient, KeyKind::recipient_domain}};

struct PlainField {
  std::string_view field;
  KeyKind kind;
  std::string (*value)(std::string_view);
};
std::string as_it_is(std::string_view value) {
  return std::string(value);
}
constexpr std::array kPlainFields = {PlainField{"rule", KeyKind::rule, &lower_ascii},
                                     PlainField{"attribute", KeyKind::attribute, &lower_ascii},
                                     PlainField{"domain", KeyKind::host, &domain_key},
                                     PlainField{"sha256", KeyKind::sha256, &lower_ascii},
                                     PlainField{"disposition", KeyKind::disposition, &as_it_is},
                                     PlainField{"direction", KeyKind::direction, &as_it_is},
                                     PlainField{"tenant", KeyKind::tenant, &as_it_is}};

std::optional<IndexExpression> by_url(const SearchTerm& term) {
  const auto host = whole_host(term);
  if (!host) return std::nullopt;
  const auto own = term.value.substr(0, term.value.find("://", term.value.find("://") + 3));
  const auto beginnings = url_beginnings(own);
  if (beginnings.empty()) return by_key(KeyKind::host, *host, false);
  return by_key(KeyKind::url_beginning, beginnings.back(), false);
}

std::optional<IndexExpression> by_ip(const SearchTerm& term) {
  if (!is_network(term)) return by_key(KeyKind::ip, term.value);
  const auto beginning = common_beginning(term);
  if (!beginning) return std::nullopt;
  return by_key(KeyKind::ip_beginning, *beginning, false);
}

}  // namespace

std::optional<IndexExpression> index_expression(const SearchTerm& term) {
  if (is_text_field(term.field)) return IndexExpression{{"?", {match_of(term)}}};
  for (const AddressField& each : kAddressFields)
    if (term.field == each.field)
      return is_address(term.value) ? by_key(each.address, lower_ascii(term.value))
                                    : by_key(each.domain, domain_named_by(term.value));
  for (const PlainField& each : kPlainFields)
    if (term.field == each.field) return by_key(each.kind, each.value(term.value));
  // As it is written, or with brackets around it.
  if (term.field == "message-id")
    return by_key(KeyKind::message_id, without_brackets(term.value), false);
  if (term.field == "ip") return by_ip(term);
  if (term.field == "url") return by_url(term);
  return std::nullopt;
}

IndexExpression detections() {
  return by_key(KeyKind::detection, "");
}

namespace {

// What has no column of its own.
void add_indexed(Builder& builder, const SearchTerm& term) {
  auto expression = index_expression(term);
  if (!expression) return;
  builder.add("EXISTS (SELECT 1 FROM message_search WHERE message_search MATCH " + expression->sql +
                  " AND rowid = m.id)",
              std::move(expression->values), term.negated);
}

void add_sender(Builder& builder, const SearchTerm& term) {
  if (is_address(term.value))
    builder.add("m.sender_key = ?", {lower_ascii(term.value)}, term.negated);
  else
    builder.add("m.from_domain = ?", {domain_named_by(term.value)}, term.negated);
}

void add_recipient(Builder& builder, const SearchTerm& term) {
  Condition condition = address_condition("address_key", term);
  std::string sql =
      "EXISTS (SELECT 1 FROM recipients WHERE message = m.id AND " + condition.sql + ")";
  if (term.field == "mailbox") {
    const Condition step = address_condition("mailbox", term);
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
    builder.add(
        "EXISTS (SELECT 1 FROM reports WHERE reports.id = m.deciding_report AND "
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
  for (unsigned octets = bits >= 24 ? 3 : 2; octets > 0; --octets)
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
  if (term.field == "from") {
    add_sender(builder, term);
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
  } else if (term.field == "disposition" || term.field == "direction" || term.field == "tenant") {
    builder.add("+m." + term.field + " = ?", {term.value}, term.negated);
  } else {
    add_indexed(builder, term);
  }
}

}  // namespace secondlook
