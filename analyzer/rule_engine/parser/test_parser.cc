#include "analyzer/rule_engine/parser/test_parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include "analyzer/rule_engine/parser/rule_line.h"
#include "analyzer/rule_engine/parser/uri_detail_parser.h"

namespace secondlook {
namespace {

constexpr std::string_view kEval = "eval:";
constexpr std::string_view kExists = "exists:";
constexpr std::string_view kIfUnset = "[if-unset:";

constexpr std::array<std::string_view, 9> kModifiers = {"raw",  "addr",   "name", "first", "last",
                                                        "host", "domain", "ip",   "revip"};

template <std::size_t size>
bool is_among(std::string_view word, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_letter_or_digit(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9');
}

bool is_field_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char byte) {
    return is_letter_or_digit(byte) || byte == '-' || byte == '_' || byte == '.';
  });
}

// One argument: 'quoted', "quoted" or bare.
std::string_view without_quotes(std::string_view argument) {
  const bool quoted = argument.size() >= 2 && (argument.front() == '\'' || argument.front() == '"');
  if (quoted && argument.back() == argument.front()) {
    argument.remove_prefix(1);
    argument.remove_suffix(1);
  }
  return argument;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string> split_arguments(std::string_view list) {
  std::vector<std::string> arguments;
  std::size_t begin = 0;
  char quote = 0;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    const bool at_end = i == list.size();
    if (!at_end && quote != 0) {
      if (list[i] == quote) quote = 0;
    } else if (!at_end && (list[i] == '\'' || list[i] == '"')) {
      quote = list[i];
    } else if (at_end || list[i] == ',') {
      arguments.emplace_back(without_quotes(trimmed(list.substr(begin, i - begin))));
      begin = i + 1;
    }
  }
  return arguments;
}

Parsed<RuleDefinition> parse_eval(RuleKind kind, std::string_view call) {
  const std::size_t open = call.find('(');
  const std::string_view name = trimmed(call.substr(0, open));
  if (!is_rule_name(name)) return Mistake{kEval.size(), "eval: needs a function, eval:name()"};
  if (open == std::string_view::npos || !trimmed(call).ends_with(')')) {
    return Mistake{kEval.size() + call.size(), "the function needs parentheses, eval:name()"};
  }
  RuleDefinition rule;
  rule.kind = RuleKind::eval;
  rule.function = name;
  // The one function that measures the text of its rule's kind.
  if (kind == RuleKind::rawbody && name == "image_to_text_ratio")
    rule.function = "image_to_raw_text_ratio";
  const std::string_view list = call.substr(open + 1, call.rfind(')') - open - 1);
  if (!trimmed(list).empty()) rule.arguments = split_arguments(list);
  return rule;
}

Parsed<RuleDefinition> parse_pattern_of(RuleDefinition rule, std::string_view test,
                                        std::size_t offset) {
  const RuleWord rest = rest_at(test, offset);
  if (rest.text.empty()) return Mistake{test.size(), "the pattern is missing; write /pattern/"};
  Parsed<PerlPattern> pattern = parse_perl_pattern(rest.text);
  if (auto* mistake = std::get_if<Mistake>(&pattern)) {
    return Mistake{rest.offset + mistake->offset, mistake->message};
  }
  rule.pattern = std::get<PerlPattern>(std::move(pattern));
  rule.pattern.offset += rest.offset;
  rule.pattern_column = rule.pattern.offset;
  return rule;
}

// "Subject", "From:addr", "Received:raw:first": what stands before the operator.
std::optional<Mistake> check_field(RuleDefinition& rule) {
  std::string_view rest = rule.field;
  const std::string_view name = rest.substr(0, rest.find(':'));
  if (!is_field_name(name)) return Mistake{0, "\"" + rule.field + "\" is no header field's name"};
  rest.remove_prefix(name.size());
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view modifier = rest.substr(0, rest.find(':'));
    if (!modifier.empty() && !is_among(modifier, kModifiers)) {
      return Mistake{
          0, "unknown modifier \":" + std::string(modifier) +
                 "\"; use :raw, :addr, :name, :host, :domain, :ip, :revip, :first or :last"};
    }
    rest.remove_prefix(modifier.size());
  }
  if (rule.field.ends_with(':')) rule.field.pop_back();
  return std::nullopt;
}

// Cuts "[if-unset: text]" off the end of the test.
std::string_view take_if_unset(std::string_view test, std::optional<std::string>& text) {
  const std::size_t begin = test.rfind(kIfUnset);
  if (begin == std::string_view::npos || !test.ends_with(']')) return test;
  const std::size_t value = begin + kIfUnset.size();
  text = trimmed(test.substr(value, test.size() - value - 1));
  return trimmed(test.substr(0, begin));
}

Parsed<RuleDefinition> parse_header(RuleDefinition rule, std::string_view test) {
  if (test.starts_with(kExists)) {
    rule.exists = true;
    rule.field = trimmed(test.substr(kExists.size()));
    if (auto mistake = check_field(rule)) return Mistake{kExists.size(), mistake->message};
    return rule;
  }
  test = take_if_unset(test, rule.if_unset);
  std::size_t end = 0;
  while (end < test.size() && !is_blank(test[end]) && test[end] != '=' && test[end] != '!') ++end;
  rule.field = test.substr(0, end);
  const RuleWord rest = rest_at(test, end);
  rule.negated = rest.text.starts_with("!~");
  if (!rule.negated && !rest.text.starts_with("=~")) {
    return Mistake{rest.offset, "expected =~ or !~ after the header field, or exists:Field"};
  }
  if (auto mistake = check_field(rule)) return *mistake;
  return parse_pattern_of(std::move(rule), test, rest.offset + 2);
}

}  // namespace

std::string_view name_of(RuleKind kind) {
  switch (kind) {
    case RuleKind::header: return "header";
    case RuleKind::body: return "body";
    case RuleKind::rawbody: return "rawbody";
    case RuleKind::uri: return "uri";
    case RuleKind::uri_detail: return "uri_detail";
    case RuleKind::full: return "full";
    case RuleKind::mimeheader: return "mimeheader";
    case RuleKind::meta: return "meta";
    case RuleKind::eval: return "eval";
  }
  return "";
}

bool is_rule_name(std::string_view name) {
  if (name.empty() || name.size() > 100 || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char byte) { return is_letter_or_digit(byte) || byte == '_'; });
}

Parsed<RuleDefinition> parse_test(RuleKind kind, std::string_view test) {
  if (kind != RuleKind::meta && test.starts_with(kEval))
    return parse_eval(kind, test.substr(kEval.size()));
  RuleDefinition rule;
  rule.kind = kind;
  if (kind == RuleKind::header || kind == RuleKind::mimeheader) {
    return parse_header(std::move(rule), test);
  }
  if (kind == RuleKind::uri_detail) return parse_uri_detail(test);
  if (kind == RuleKind::meta) {
    if (test.empty()) return Mistake{0, "the expression is missing"};
    rule.expression = test;
    return rule;
  }
  return parse_pattern_of(std::move(rule), test, 0);
}

}  // namespace secondlook
