#include "journal_ingest/smtp_command.h"

#include <algorithm>
#include <charconv>

namespace secondlook {
namespace {

constexpr std::size_t kLongestAddress = 320;
constexpr std::size_t kMostParameters = 32;

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) { return upper(c); });
  return result;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f;
  });
}

// Where the '>' stands that is not inside a quoted local part.
std::size_t end_of_path(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == '>' && !quoted)
      return i;
  }
  return std::string_view::npos;
}

// RFC 5321 4.1.1.3: "@a.example,@b.example:" is to be accepted and ignored.
std::string_view without_source_route(std::string_view address) {
  if (!address.starts_with('@')) return address;
  const auto colon = address.find(':');
  return colon == std::string_view::npos ? address : address.substr(colon + 1);
}

Result<void> take_parameters(std::string_view text, SmtpPath& path) {
  while (!(text = trim(text)).empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    const auto equals = word.find('=');
    if (equals == 0) return malformed("a parameter without name");
    if (path.parameters.size() == kMostParameters) return malformed("too many parameters");
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
    path.parameters.emplace_back(upper(word.substr(0, equals)), value);
  }
  return {};
}

}  // namespace

bool equals_ignoring_case(std::string_view text, std::string_view wanted) {
  return std::equal(text.begin(), text.end(), wanted.begin(), wanted.end(),
                    [](char a, char b) { return upper(a) == b; });
}

SmtpCommand parse_smtp_command(std::string_view line) {
  line = trim(line);
  const std::string_view verb = line.substr(0, line.find_first_of(" \t"));
  return {upper(verb), trim(line.substr(verb.size()))};
}

Result<SmtpPath> parse_smtp_path(std::string_view argument, std::string_view keyword) {
  if (argument.size() <= keyword.size() ||
      !equals_ignoring_case(argument.substr(0, keyword.size()), keyword) ||
      argument[keyword.size()] != ':')
    return malformed("no " + std::string(keyword) + ":<path>");
  argument = trim(argument.substr(keyword.size() + 1));
  if (!argument.starts_with('<')) return malformed("no <path>");
  const auto end = end_of_path(argument);
  if (end == std::string_view::npos) return malformed("an unfinished <path>");
  SmtpPath path;
  path.address = without_source_route(argument.substr(1, end - 1));
  if (path.address.size() > kLongestAddress) return malformed("too long an address");
  if (!is_printable(argument)) return malformed("a control character");
  const std::string_view rest = argument.substr(end + 1);
  if (!rest.empty() && rest.front() != ' ') return malformed("no space after <path>");
  if (auto taken = take_parameters(rest, path); !taken) return taken.error();
  return path;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace secondlook
