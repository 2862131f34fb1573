#include "schema/lists/list_entry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "schema/cidr_networks.h"

namespace secondlook {
namespace {

constexpr std::array<std::pair<ListKind, std::string_view>, 5> kKinds = {
    {{ListKind::block, "block"},
     {ListKind::allow, "allow"},
     {ListKind::vip, "vip"},
     {ListKind::partner, "partner"},
     {ListKind::brand, "brand"}}};
constexpr std::array<std::pair<ListSubject, std::string_view>, 5> kSubjects = {
    {{ListSubject::sender, "sender"},
     {ListSubject::domain, "domain"},
     {ListSubject::ip, "ip"},
     {ListSubject::host, "host"},
     {ListSubject::hash, "hash"}}};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_word(std::string_view& rest) {
  rest = trim(rest);
  const auto end = std::find_if(rest.begin(), rest.end(), is_blank);
  const std::string_view word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(word.size());
  rest = trim(rest);
  return word;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return result;
}

bool is_address(std::string_view text) {
  const auto at = text.find('@');
  return at != text.npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == text.npos &&
         text.find('.', at) != text.npos;
}

bool is_domain(std::string_view text) {
  return text.find('.') != text.npos && text.find_first_of("@/:*") == text.npos &&
         text.front() != '.' && text.back() != '.';
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

Result<void> check_value(ListSubject subject, const std::string& value) {
  switch (subject) {
    case ListSubject::sender:
      if (is_address(value)) return {};
      return malformed("\"" + value + "\" is no address such as eve@evil.example");
    case ListSubject::domain:
    case ListSubject::host:
      if (!value.empty() && is_domain(value)) return {};
      return malformed("\"" + value + "\" is no domain such as evil.example");
    case ListSubject::hash:
      if (is_hash(value)) return {};
      return malformed("a hash is the 64 hexadecimal digits of a SHA-256");
    case ListSubject::ip: break;
  }
  const auto networks = CidrNetworks::parse({value});
  return networks ? Result<void>() : networks.error();
}

// " until 2027-01-31" at the end.
Result<std::optional<Timestamp>> take_until(std::string_view& rest) {
  std::string_view words = rest;
  const std::string_view word = take_word(words);
  if (word.empty()) return std::optional<Timestamp>();
  if (word != "until")
    return malformed("\"" + std::string(word) + "\": until DAY, or # and a note");
  const std::string_view day = take_word(words);
  const auto start = day.size() == 10 ? parse_rfc3339(day) : std::nullopt;
  if (!start) return malformed("until needs a day such as 2027-01-31");
  rest = words;
  return std::optional(*start + std::chrono::days(1));
}

Result<ListEntry> parse_named(std::string_view rest, ListEntry entry) {
  const bool is_person = entry.kind == ListKind::vip;
  entry.subject = is_person ? ListSubject::sender : ListSubject::domain;
  entry.value = lower(take_word(rest));
  if (auto checked = check_value(entry.subject, entry.value); !checked) return checked.error();
  entry.name = trim(rest);
  if (entry.name.empty())
    return malformed(
        is_person ? "vip needs an address and a name: vip taro@contoso.example Taro Yamada"
                  : "brand needs a domain and a name: brand contoso-bank.example Contoso Bank");
  return entry;
}

Result<ListEntry> parse_plain(std::string_view rest, ListEntry entry) {
  if (entry.kind == ListKind::partner) {
    entry.subject = ListSubject::domain;
  } else {
    const std::string_view word = take_word(rest);
    const auto subject = parse_list_subject(word);
    if (!subject)
      return malformed("\"" + std::string(word) + "\": sender, domain, ip, host or hash");
    entry.subject = *subject;
  }
  const bool may_be_allowed =
      entry.subject == ListSubject::sender || entry.subject == ListSubject::domain;
  if (entry.kind == ListKind::allow && !may_be_allowed)
    return malformed("allow takes a sender or a domain: only these can be authenticated");
  entry.value = lower(take_word(rest));
  if (entry.value.empty()) return malformed("a value is missing");
  if (auto checked = check_value(entry.subject, entry.value); !checked) return checked.error();
  const auto until = take_until(rest);
  if (!until) return until.error();
  entry.until = *until;
  if (entry.kind == ListKind::allow && !entry.until)
    return malformed("allow needs an end: until 2027-01-31");
  if (entry.kind != ListKind::allow && entry.kind != ListKind::block && entry.until)
    return malformed(std::string(name_of(entry.kind)) + " has no end");
  if (!rest.empty()) return malformed("\"" + std::string(rest) + "\" is too much");
  return entry;
}

}  // namespace

std::string_view name_of(ListKind kind) {
  for (const auto& [one, name] : kKinds)
    if (one == kind) return name;
  return {};
}

std::string_view name_of(ListSubject subject) {
  for (const auto& [one, name] : kSubjects)
    if (one == subject) return name;
  return {};
}

std::optional<ListKind> parse_list_kind(std::string_view name) {
  for (const auto& [kind, one] : kKinds)
    if (one == name) return kind;
  return std::nullopt;
}

std::optional<ListSubject> parse_list_subject(std::string_view name) {
  for (const auto& [subject, one] : kSubjects)
    if (one == name) return subject;
  return std::nullopt;
}

std::string ListEntry::key() const {
  std::string text(name_of(kind));
  if (kind == ListKind::block || kind == ListKind::allow) text.append(" ").append(name_of(subject));
  return text + " " + value;
}

Result<ListEntry> parse_list_entry(std::string_view line) {
  if (line.size() > kLongestListLine)
    return malformed("longer than " + std::to_string(kLongestListLine) + " bytes");
  if (std::any_of(line.begin(), line.end(),
                  [](char c) { return c >= '\0' && c < ' ' && c != '\t'; }))
    return malformed("one line, without control characters");
  ListEntry entry;
  if (const auto note = line.find('#'); note != line.npos) {
    entry.note = trim(line.substr(note + 1));
    line = line.substr(0, note);
  }
  std::string_view rest = line;
  const std::string_view word = take_word(rest);
  const auto kind = parse_list_kind(word);
  if (!kind) return malformed("\"" + std::string(word) + "\": block, allow, vip, partner or brand");
  entry.kind = *kind;
  const bool is_named = *kind == ListKind::vip || *kind == ListKind::brand;
  return is_named ? parse_named(rest, std::move(entry)) : parse_plain(rest, std::move(entry));
}

std::string to_line(const ListEntry& entry) {
  std::string line = entry.key();
  if (!entry.name.empty()) line += " " + entry.name;
  if (entry.until)
    line += " until " + format_rfc3339(*entry.until - std::chrono::days(1)).substr(0, 10);
  if (!entry.note.empty()) line += " # " + entry.note;
  return line;
}

std::string search_term(const ListEntry& entry) {
  if (entry.kind != ListKind::block && entry.kind != ListKind::allow) return {};
  switch (entry.subject) {
    case ListSubject::sender:
    case ListSubject::domain: return "from:" + entry.value;
    case ListSubject::ip: return "ip:" + entry.value;
    case ListSubject::host: return "domain:" + entry.value;
    case ListSubject::hash: return "sha256:" + entry.value;
  }
  return {};
}

Result<std::vector<ListEntry>> parse_list(std::string_view text) {
  std::vector<ListEntry> entries;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::string_view words = trim(line);
    if (words.empty() || words.front() == '#') continue;
    auto entry = parse_list_entry(words);
    if (!entry) return within("line " + std::to_string(number), entry.error());
    if (entries.size() >= kMostListEntries)
      return malformed("more than " + std::to_string(kMostListEntries) + " entries");
    entries.push_back(std::move(*entry));
  }
  return entries;
}

}  // namespace secondlook
