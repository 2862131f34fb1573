#include <algorithm>
#include <array>
#include <charconv>

#include "schema/cidr_networks.h"
#include "schema/configuration.h"
#include "schema/near_name.h"
#include "schema/store/search.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::array<std::string_view, 19> kFields = {
    "from",       "to",     "mailbox", "reply-to",  "envelope-from", "subject",  "disposition",
    "attribute",  "rule",   "url",     "domain",    "sha256",        "filename", "ip",
    "message-id", "action", "state",   "direction", "tenant"};
constexpr std::array<std::string_view, 4> kMoreFields = {"after", "before", "id", "command"};

constexpr std::size_t kMostTerms = 100;
constexpr std::size_t kLongestValue = 2048;

std::vector<std::string_view> all_fields() {
  std::vector<std::string_view> fields(kFields.begin(), kFields.end());
  fields.insert(fields.end(), kMoreFields.begin(), kMoreFields.end());
  return fields;
}

std::string list_of(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

Error unknown(std::string_view what, std::string_view given,
              const std::vector<std::string_view>& possible) {
  const auto nearest = std::min_element(possible.begin(), possible.end(), [&](auto a, auto b) {
    return edit_distance(given, a) < edit_distance(given, b);
  });
  std::string text = "there is no " + std::string(what) + " \"" + std::string(given) + "\"";
  if (edit_distance(given, *nearest) <= 2)
    text += "; did you mean \"" + std::string(*nearest) + "\"?";
  return malformed(text + " (possible: " + list_of(possible) + ")");
}

// A piece of an argument: outside of quotes a term ends at a space.
struct Token {
  std::string text;
  std::optional<std::size_t> colon;  // the first one outside of quotes
  bool negated = false;
  bool quoted = false;  // began with a quote: a phrase, never a field or a number
};

Result<std::vector<Token>> split(std::string_view argument) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < argument.size();) {
    if (argument[i] == ' ' || argument[i] == '\t' || argument[i] == '\n') {
      ++i;
      continue;
    }
    Token token;
    if (argument[i] == '-' && i + 1 < argument.size() && argument[i + 1] != ' ') {
      token.negated = true;
      ++i;
    }
    token.quoted = argument[i] == '"';
    bool inside = false;
    for (; i < argument.size(); ++i) {
      const char c = argument[i];
      if (c == '"') {
        inside = !inside;
      } else if (inside && c == '\\' && i + 1 < argument.size()) {
        token.text += argument[++i];
      } else if (!inside && (c == ' ' || c == '\t' || c == '\n')) {
        break;
      } else {
        if (c == ':' && !inside && !token.colon) token.colon = token.text.size();
        token.text += c;
      }
    }
    if (inside) return malformed("a quote is not closed in: " + std::string(argument));
    tokens.push_back(std::move(token));
  }
  return tokens;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool looks_like_field(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Result<SearchTerm> term_of(const Token& token) {
  if (token.text.size() > kLongestValue) return malformed("a search term is too long");
  if (token.quoted || !token.colon) {
    const bool is_id = !token.quoted && is_number(token.text);
    return SearchTerm{is_id ? "id" : "", token.text, token.negated};
  }
  const std::string field = lower_ascii(std::string_view(token.text).substr(0, *token.colon));
  if (!looks_like_field(field)) return SearchTerm{"", token.text, token.negated};
  const auto fields = all_fields();
  if (std::find(fields.begin(), fields.end(), field) == fields.end())
    return unknown("search field", field, fields);
  return SearchTerm{field, token.text.substr(*token.colon + 1), token.negated};
}

Result<void> check_address(const SearchTerm& term) {
  if (term.value.find_first_of("@.") != std::string::npos) return {};
  return malformed(term.field + ": \"" + term.value +
                   "\" is neither an address nor a domain; names are found by a word alone");
}

template <typename Parse>
Result<void> check_name(const SearchTerm& term, Parse parse,
                        const std::vector<std::string_view>& possible) {
  if (parse(term.value)) return {};
  return unknown(term.field, term.value, possible);
}

// A time, or an age back from now, becomes RFC 3339.
Result<void> settle_time(SearchTerm& term, Timestamp now) {
  auto time = parse_rfc3339(term.value);
  if (!time)
    if (const auto age = parse_duration(term.value)) time = now - *age;
  if (!time)
    return malformed(term.field + ": \"" + term.value +
                     "\" is no time (2026-11-22, 2026-11-22T13:00:00Z, or an age: 30m, 2h, 7d)");
  term.value = format_rfc3339(*time);
  return {};
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<void> settle_words(const SearchTerm& term) {
  if (!match_phrase(term.value).empty()) return {};
  return malformed("\"" + term.value + "\" holds no letter and no digit to search for");
}

Result<void> settle_names(SearchTerm& term) {
  term.value = lower_ascii(term.value);
  if (term.field == "disposition")
    return check_name(term, parse_disposition,
                      {"malicious", "suspicious", "spoof", "spam", "bulk", "clean", "unscanned",
                       "not_a_report", "forged_report"});
  if (term.field == "action")
    return check_name(term, parse_action,
                      {"none", "junk", "deleted_items", "recoverable", "purge"});
  if (term.field == "state")
    return check_name(
        term, parse_step_state,
        {"planned", "held_by_brake", "begun", "removed", "already_removed", "not_found",
         "ambiguous_copy", "external", "unsupported_mailbox", "protected_mailbox", "forbidden",
         "failed", "not_delivered", "would_remove", "withdrawn", "restored"});
  const std::vector<std::string_view> directions = {"inbound", "outbound", "internal"};
  return check_name(
      term,
      [&](std::string_view name) {
        return std::find(directions.begin(), directions.end(), name) != directions.end();
      },
      directions);
}

Result<void> settle(SearchTerm& term, Timestamp now) {
  const std::string& field = term.field;
  if (term.value.empty())
    return malformed(field.empty() ? "an empty search word" : field + ": needs a value");
  if (field == "from" || field == "to" || field == "mailbox" || field == "reply-to" ||
      field == "envelope-from")
    return check_address(term);
  if (field == "after" || field == "before") return settle_time(term, now);
  if (field == "disposition" || field == "action" || field == "state" || field == "direction")
    return settle_names(term);
  if (field.empty() || field == "subject" || field == "filename") return settle_words(term);
  if ((field == "id" || field == "command") && !is_number(term.value))
    return malformed(field + ": \"" + term.value + "\" is no whole number");
  if (field == "ip")
    if (const auto network = CidrNetworks::parse({term.value}); !network)
      return malformed("ip: \"" + term.value +
                       "\" is neither an address nor a network (192.0.2.0/24)");
  if (field == "sha256") {
    term.value = lower_ascii(term.value);
    if (!is_sha256(term.value))
      return malformed("sha256: \"" + term.value + "\" is no 64 hexadecimal digits");
  }
  return {};
}

}  // namespace

Result<SearchQuery> parse_search(const std::vector<std::string>& arguments, Timestamp now) {
  SearchQuery query;
  for (const std::string& argument : arguments) {
    const auto tokens = split(argument);
    if (!tokens) return tokens.error();
    for (const Token& token : *tokens) {
      auto term = term_of(token);
      if (!term) return term.error();
      if (auto settled = settle(*term, now); !settled) return settled.error();
      query.terms.push_back(std::move(*term));
      if (query.terms.size() > kMostTerms) return malformed("more than 100 search terms");
    }
  }
  return query;
}

}  // namespace secondlook
