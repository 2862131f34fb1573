#include "analyzer/rule_engine/parser/rule_settings.h"

#include <charconv>
#include <cmath>

#include "analyzer/rule_engine/parser/rule_line.h"

namespace secondlook {
namespace {

constexpr double kLargestScore = 1000;
constexpr std::string_view kMaxHits = "maxhits=";

std::optional<double> parse_score(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double score = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), score, std::chars_format::fixed);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(score) || std::fabs(score) > kLargestScore) return std::nullopt;
  return score;
}

// Raw fields show how they are written, which is what normalising undoes.
bool can_be_normalised(const RuleDefinition& rule) {
  if (rule.kind == RuleKind::body) return true;
  return rule.kind == RuleKind::header && !rule.exists &&
         rule.field.find(":raw") == std::string::npos;
}

}  // namespace

std::optional<Mistake> read_score(RuleSettings& settings, std::string_view value,
                                  std::uint32_t set) {
  const std::vector<RuleWord> words = words_of(value, 0);
  if (words.size() != 1 && words.size() != 4) {
    return Mistake{0, "score takes one number or four columns, of which one counts"};
  }
  std::optional<double> counted;
  for (std::size_t column = 0; column < words.size(); ++column) {
    const RuleWord& word = words[column];
    std::string_view text = word.text;
    const bool relative = text.starts_with('(') && text.ends_with(')');
    if (relative) text = text.substr(1, text.size() - 2);
    std::optional<double> score = parse_score(text);
    if (!score) {
      return Mistake{word.offset, "\"" + std::string(word.text) +
                                      "\" is no score; write a number from -1000 to 1000"};
    }
    if (relative && !settings.score) {
      return Mistake{word.offset,
                     "a score in parentheses is added to an earlier one; there is none"};
    }
    if (words.size() == 1 || column == set) counted = relative ? *settings.score + *score : *score;
  }
  settings.score = counted;
  return std::nullopt;
}

std::optional<Mistake> read_flags(RuleSettings& settings, std::string_view value) {
  settings.multiple = settings.nice = settings.network = false;
  settings.no_subject = settings.concatenated = settings.normalised = false;
  settings.most_hits = UINT32_MAX;
  settings.unsupported.clear();
  for (const RuleWord& word : words_of(value, 0)) {
    settings.multiple = settings.multiple || word.text == "multiple";
    settings.nice = settings.nice || word.text == "nice";
    settings.network = settings.network || word.text == "net";
    settings.no_subject = settings.no_subject || word.text == "nosubject";
    settings.concatenated = settings.concatenated || word.text == "concat";
    settings.normalised = settings.normalised || word.text == "normalised";
    if (word.text.starts_with("range=")) settings.unsupported = "tflags " + std::string(word.text);
    if (!word.text.starts_with(kMaxHits)) continue;
    const std::string_view number = word.text.substr(kMaxHits.size());
    const auto [end, failure] =
        std::from_chars(number.data(), number.data() + number.size(), settings.most_hits);
    if (failure != std::errc() || end != number.data() + number.size() || settings.most_hits == 0) {
      return Mistake{word.offset, "maxhits= takes a whole number from 1"};
    }
  }
  return std::nullopt;
}

std::optional<Mistake> read_disposition(RuleSettings& settings, std::string_view value) {
  const std::optional<Disposition> disposition = parse_disposition(value);
  if (disposition && severity_rank(*disposition) < severity_rank(Disposition::clean)) {
    settings.disposition = disposition;
    return std::nullopt;
  }
  return Mistake{0, "\"" + std::string(value) +
                        "\" is no disposition of a rule; use malicious, suspicious, spoof, spam or "
                        "bulk"};
}

void apply_settings(RuleDefinition& rule, const RuleSettings& settings) {
  const double unset = rule.is_part() ? 0 : rule.name.starts_with("T_") ? 0.01 : 1.0;
  rule.score = settings.score.value_or(settings.nice ? -unset : unset);
  rule.has_score_line = settings.score.has_value();
  rule.switched_off = settings.score == 0.0;
  if (rule.is_part()) rule.score = 0;
  rule.description = settings.description;
  rule.description_ja = settings.description_ja;
  rule.disposition = settings.disposition.value_or(Disposition::spam);
  rule.multiple = settings.multiple;
  rule.most_hits = settings.most_hits;
  rule.no_subject = settings.no_subject;
  rule.normalised = settings.normalised;
  if (rule.normalised && !can_be_normalised(rule) && rule.unsupported.empty())
    rule.unsupported = "tflags normalised is for header and body patterns";
  if (rule.unsupported.empty()) rule.unsupported = settings.unsupported;
  // A meta asks the network nothing itself.
  if (rule.unsupported.empty() && settings.network && rule.kind != RuleKind::meta)
    rule.unsupported = "needs the network (tflags net)";
  if (rule.kind == RuleKind::mimeheader && settings.concatenated) {
    rule.unsupported = "tflags concat";
  }
}

}  // namespace secondlook
