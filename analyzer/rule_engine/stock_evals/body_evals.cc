#include <algorithm>
#include <set>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"
#include "analyzer/rule_engine/stock_evals/text_lines.h"

namespace secondlook {
namespace {

SignalResult multipart_alternative_difference(const ScanContext& context,
                                              const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const double percent = facts_of(context).alternatives().percent;
  const double least = number_in(arguments[0]);
  return answer((least == 0 || percent > least) &&
                (arguments[1] == "undef" || percent <= number_in(arguments[1])));
}

SignalResult multipart_alternative_difference_count(const ScanContext& context,
                                                    const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const AlternativeNumbers& body = facts_of(context).alternatives();
  const auto html = static_cast<double>(body.html_words);
  return answer(html > number_in(arguments[1]) &&
                static_cast<double>(body.text_words) / html > number_in(arguments[0]));
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

// Written without blanks: below ten for each hundred other characters everywhere.
SignalResult tvd_vertical_words(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const int most = facts_of(context).most_blanks();
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

SignalResult check_for_uppercase(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const double percent = facts_of(context).capitals_percent();
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
