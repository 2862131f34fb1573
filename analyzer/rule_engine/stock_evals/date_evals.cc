#include <cmath>
#include <cstdlib>
#include <optional>

#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/date_numbers.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

constexpr double kSecondsPerHour = 3600;

SignalResult check_for_shifted_date(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const MailFacts& facts = facts_of(context);
  const double hours = facts.date_difference() / kSecondsPerHour;
  return answer_with((arguments[0] == "undef" || hours >= number_in(arguments[0])) &&
                         (arguments[1] == "undef" || hours < number_in(arguments[1])),
                     "header Date", facts.first_line("Date"));
}

// Outlook writes the time into its ids: eight hexadecimal digits behind the first four.
SignalResult check_outlook_message_id(const ScanContext& context, const EvalArguments&) {
  constexpr double kTicksPerSecond = 0.0023283064365387, kTicksAtEpoch = 27111902.8329849;
  constexpr double kTolerance = 250;
  const MailFacts& facts = facts_of(context);
  const std::string& id = facts.header("MESSAGEID");
  if (!facts.matches("^<[0-9a-f]{12}\\$[0-9a-f]{8}\\$[0-9a-f]{8}@", id)) return answer(false);
  const auto token = static_cast<double>(std::strtoul(id.substr(5, 8).c_str(), nullptr, 16));
  const auto differs = [&](std::optional<double> time) {
    const double expected = std::trunc(time.value_or(0) * kTicksPerSecond + kTicksAtEpoch);
    return std::abs(token - expected) >= kTolerance;
  };
  if (!differs(seconds_of(facts.first_line("Date")))) return answer(false);
  const auto lines = facts.header_lines("Received");
  return answer_with(differs(lines.empty() ? std::nullopt : received_at(lines.front())),
                     "header Message-ID", id);
}

}  // namespace

void add_date_evals(SignalTable& table) {
  table["check_for_shifted_date"] = check_for_shifted_date;
  table["check_outlook_message_id"] = check_outlook_message_id;
}

}  // namespace secondlook
