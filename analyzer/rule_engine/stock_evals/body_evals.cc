#include <algorithm>
#include <map>
#include <set>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/faraway_charset.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

template <typename Take>
void for_each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool is_word_byte(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

using WordCounts = std::map<std::string_view, std::size_t>;

void count_words(std::string_view text, WordCounts& counts) {
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t\n\r\f\v"), text.size());
    const std::size_t end = std::min(text.find_first_of(" \t\n\r\f\v", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (std::any_of(word.begin(), word.end(), is_word_byte)) ++counts[word];
    text.remove_prefix(end);
  }
}

// How the HTML of a multipart/alternative differs from its plain text.
struct AlternativeDifference {
  double percent = 0;  // of the HTML's words, those that the text lacks; the largest
  std::size_t html_words = 0, text_words = 0;  // different ones, of the last alternative
};

void compare_alternative(const MailFacts& facts, const MessagePart& outer,
                         AlternativeDifference& difference) {
  WordCounts html, text;
  std::vector<std::string> rendered;
  const std::vector<MessagePart>& parts = facts.message().parts;
  rendered.reserve(parts.size());
  for (const MessagePart& part : parts) {
    if (!part.path.starts_with(outer.path + ".")) continue;
    if (is_html_part(part)) {
      const HtmlFacts counted = count_html(part.text);
      count_words(rendered.emplace_back(counted.text), html);
      if (html.empty() && counted.inside.contains("img")) html["\n"] = 1;  // one word that is none
    } else if (is_plain_part(part)) {
      count_words(part.text, text);
    }
  }
  if (html.empty()) return;
  difference.html_words = html.size();
  difference.text_words = text.size();
  std::size_t left = 0;
  for (const auto& [word, count] : html) {
    const auto found = text.find(word);
    if (found == text.end() || count > found->second) ++left;
  }
  const double percent = static_cast<double>(left) / static_cast<double>(html.size()) * 100;
  difference.percent = std::max(difference.percent, percent);
}

AlternativeDifference difference_of(const MailFacts& facts) {
  AlternativeDifference difference;
  const std::vector<MessagePart>& parts = facts.message().parts;
  const bool invitation = parts.size() == 3 && parts[0].content_type == "multipart/alternative" &&
                          parts[1].content_type == "text/html" &&
                          parts[2].content_type == "text/calendar";
  if (invitation) return difference;
  for (const MessagePart& part : parts) {
    if (part.content_type == "multipart/alternative") compare_alternative(facts, part, difference);
  }
  return difference;
}

SignalResult multipart_alternative_difference(const ScanContext& context,
                                              const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const double percent = difference_of(facts_of(context)).percent;
  const double least = number_in(arguments[0]);
  return answer((least == 0 || percent > least) &&
                (arguments[1] == "undef" || percent <= number_in(arguments[1])));
}

SignalResult multipart_alternative_difference_count(const ScanContext& context,
                                                    const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const AlternativeDifference difference = difference_of(facts_of(context));
  const auto html = static_cast<double>(difference.html_words);
  return answer(html > number_in(arguments[1]) &&
                static_cast<double>(difference.text_words) / html > number_in(arguments[0]));
}

// Percent of the lines that are blank; -1 where there are too few lines.
SignalResult check_blank_line_ratio(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  std::size_t lines = 0, blank = 0;
  for_each_line(facts_of(context).message().raw_body, [&](std::string_view line) {
    ++lines;
    if (trim(line).empty()) ++blank;
  });
  const double fewest = arguments.size() > 2 ? std::max(1.0, number_in(arguments[2])) : 1;
  const double ratio = static_cast<double>(lines) < fewest
                           ? -1
                           : 100 * static_cast<double>(blank) / static_cast<double>(lines);
  const double least = number_in(arguments[0]), most = number_in(arguments[1]);
  return answer(ratio <= most && (least == 0 || ratio > least));
}

// Blanks for each hundred other characters, in the paragraph that has most: below ten it is
// written without blanks.
SignalResult tvd_vertical_words(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  int most = -1;
  for_each_line(facts_of(context).message().body_text, [&](std::string_view line) {
    const std::size_t length = line.size() + 1;
    if (length <= 5) return;
    const auto blanks = static_cast<std::size_t>(std::count(line.begin(), line.end(), ' '));
    const std::size_t others = length - blanks;
    most = std::max(most, blanks > others ? 100 : static_cast<int>(100 * blanks / others));
  });
  const double bound = number_in(arguments[1]) >= 100 ? 101 : number_in(arguments[1]);
  return answer(most >= number_in(arguments[0]) && most < bound);
}

// "Ticker: …", "Current price: …": how many of such lines a stock tip has.
SignalResult check_stock_info(const ScanContext& context, const EvalArguments& arguments) {
  const MailFacts& facts = facts_of(context);
  const auto& parts = facts.message().parts;
  const auto plain = std::find_if(parts.begin(), parts.end(), is_plain_part);
  if (arguments.empty() || plain == parts.end()) return answer(false);
  constexpr std::string_view kLabels[] = {"tradingdate$|^tradedate$",
                                          "company(?:name)?$",
                                          "s\\w?(?:t\\w?o\\w?c\\w?k|y\\w?m(?:\\w?b\\w?o\\w?l)?)$",
                                          "t(?:arget|icker)$",
                                          "(?:opening|current)p(?:rice)?$",
                                          "p(?:rojected|osition)$",
                                          "expectations$",
                                          "weeks?high$",
                                          "marketperformance$",
                                          "(?:year|week|month|day|price)(?:target|estimates?)$",
                                          "sector$",
                                          "r(?:ecommendation|ating)$"};
  std::set<std::string_view> found;
  for_each_line(plain->text, [&](std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon > 60 || trim(line.substr(colon + 1)).empty()) return;
    std::string label;
    for (const char c : to_ascii_lower(line.substr(0, colon)))
      if (is_letter(c)) label += c;
    for (const std::string_view pattern : kLabels)
      if (facts.matches(pattern, label)) found.insert(pattern);
  });
  return answer(static_cast<double>(found.size()) >= number_in(arguments[0]));
}

SignalResult check_body_length(const ScanContext& context, const EvalArguments& arguments) {
  const auto& parts = facts_of(context).message().parts;
  if (arguments.empty() || parts.empty()) return answer(false);
  return answer(static_cast<double>(parts.front().body.size()) <= number_in(arguments[0]));
}

// Percent of the letters that are capitals; 0 for short texts and charsets that look like them.
double uppercase_percent(const MailFacts& facts) {
  constexpr std::size_t kShortest = 200;
  const auto& charsets = facts.mime().charsets;
  if (std::any_of(charsets.begin(), charsets.end(), may_look_like_capitals)) return 0;
  std::size_t length = 0, lower = 0, upper = 0;
  for_each_line(facts.message().body_text, [&](std::string_view line) {
    const std::string_view text = trim(line);
    if (text.find_first_of(" \t") == text.npos) return;
    if (facts.matches("^(?:[A-Za-z0-9+/=]{60,76} ){2}", line)) return;
    length += line.size() + 1;
    for (const char c : line) {
      if ((c >= 'a' && c <= 'z') || is_digit(c)) ++lower;
      if (c >= 'A' && c <= 'Z') ++upper;
    }
  });
  if (length < kShortest || upper + lower == 0) return 0;
  return static_cast<double>(upper) / static_cast<double>(upper + lower) * 100;
}

SignalResult check_for_uppercase(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const double percent = uppercase_percent(facts_of(context));
  return answer(percent > number_in(arguments[0]) && percent <= number_in(arguments[1]));
}

}  // namespace

void add_body_evals(SignalTable& table) {
  table["multipart_alternative_difference"] = multipart_alternative_difference;
  table["multipart_alternative_difference_count"] = multipart_alternative_difference_count;
  table["check_blank_line_ratio"] = check_blank_line_ratio;
  table["tvd_vertical_words"] = tvd_vertical_words;
  table["check_stock_info"] = check_stock_info;
  table["check_body_length"] = check_body_length;
  table["check_for_uppercase"] = check_for_uppercase;
}

}  // namespace secondlook
