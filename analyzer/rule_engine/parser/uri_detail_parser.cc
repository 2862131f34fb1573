#include "analyzer/rule_engine/parser/uri_detail_parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "analyzer/rule_engine/parser/rule_line.h"

namespace secondlook {
namespace {

constexpr std::array<std::pair<std::string_view, UriKey>, 6> kKeys = {{{"raw", UriKey::raw},
                                                                       {"type", UriKey::type},
                                                                       {"cleaned", UriKey::cleaned},
                                                                       {"text", UriKey::text},
                                                                       {"domain", UriKey::domain},
                                                                       {"host", UriKey::host}}};

std::optional<UriKey> key_of(std::string_view word) {
  const auto key =
      std::find_if(kKeys.begin(), kKeys.end(), [&](auto& each) { return each.first == word; });
  return key == kKeys.end() ? std::nullopt : std::optional(key->second);
}

bool is_small_letter(char byte) {
  return byte >= 'a' && byte <= 'z';
}

// Length of the pattern that `text` begins with: /…/i or m{…}i. All of it when it does not end.
std::size_t pattern_length(std::string_view text) {
  const std::size_t opening = text.starts_with('m') ? 1 : 0;
  if (opening >= text.size()) return text.size();
  const std::size_t bracket = std::string_view("{(<[").find(text[opening]);
  const char closing = bracket == std::string_view::npos ? text[opening] : "})>]"[bracket];
  for (std::size_t i = opening + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == closing) {
      std::size_t end = i + 1;
      while (end < text.size() && is_small_letter(text[end])) ++end;
      if (end == text.size() || is_blank(text[end])) return end;
    }
  }
  return text.size();
}

// Reads one condition at `place` and moves behind it.
Parsed<UriCondition> read_condition(std::string_view test, std::size_t& place) {
  const RuleWord rest = rest_at(test, place);
  const std::size_t length = static_cast<std::size_t>(
      std::find_if_not(rest.text.begin(), rest.text.end(), is_small_letter) - rest.text.begin());
  const std::optional<UriKey> key = key_of(rest.text.substr(0, length));
  if (!key) {
    return Mistake{rest.offset,
                   "expected raw, type, cleaned, text, domain or host, then =~ or !~ and a "
                   "pattern"};
  }
  const RuleWord sign = rest_at(test, rest.offset + length);
  UriCondition condition;
  condition.key = *key;
  condition.negated = sign.text.starts_with("!~");
  if (!condition.negated && !sign.text.starts_with("=~")) {
    return Mistake{sign.offset,
                   "expected =~ or !~ after \"" + std::string(rest.text.substr(0, length)) + "\""};
  }
  const RuleWord written = rest_at(test, sign.offset + 2);
  const std::size_t end = pattern_length(written.text);
  Parsed<PerlPattern> pattern = parse_perl_pattern(written.text.substr(0, end));
  if (auto* mistake = std::get_if<Mistake>(&pattern)) {
    return Mistake{written.offset + mistake->offset, mistake->message};
  }
  condition.pattern = std::get<PerlPattern>(std::move(pattern));
  condition.pattern.offset += written.offset;
  place = written.offset + end;
  return condition;
}

}  // namespace

Parsed<RuleDefinition> parse_uri_detail(std::string_view test) {
  RuleDefinition rule;
  rule.kind = RuleKind::uri_detail;
  std::size_t place = 0;
  do {
    Parsed<UriCondition> read = read_condition(test, place);
    if (auto* mistake = std::get_if<Mistake>(&read)) return std::move(*mistake);
    auto& condition = std::get<UriCondition>(read);
    std::erase_if(rule.uri_conditions, [&](auto& each) { return each.key == condition.key; });
    rule.uri_conditions.push_back(std::move(condition));
  } while (!rest_at(test, place).text.empty());
  return rule;
}

}  // namespace secondlook
