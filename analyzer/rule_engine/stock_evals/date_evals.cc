#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <vector>

#include "analyzer/message/ascii.h"
#include "analyzer/message/mail_date.h"
#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

constexpr double kSecondsPerHour = 3600;

std::optional<double> seconds_of(std::string_view date) {
  const std::optional<Timestamp> time = parse_mail_date(date);
  if (!time) return std::nullopt;
  return std::floor(std::chrono::duration<double>(time->time_since_epoch()).count());
}

std::optional<double> sent_at(const MailFacts& facts) {
  for (const std::string_view name : {"Resent-Date", "Date"}) {
    for (const std::string_view line : facts.header_lines(name)) {
      if (const auto time = seconds_of(line)) return time;
    }
  }
  return std::nullopt;
}

// What stands behind the last semicolon of a Received line.
std::optional<double> received_at(std::string_view line) {
  const std::size_t semicolon = line.rfind(';');
  return semicolon == line.npos ? std::nullopt : seconds_of(line.substr(semicolon + 1));
}

// The mail was there already when fetchmail came for it.
void forget_fetchmail(const MailFacts& facts, std::vector<std::string_view>& lines) {
  for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 2); ++i) {
    const bool local =
        i == 0 ||
        facts.matches("from (?:localhost\\s|(?:\\S+ ){1,2}\\S*\\b127\\.0\\.0\\.1\\b)", lines[0]);
    if (!local || !facts.matches("\\bby localhost with \\w+ \\(fetchmail-", lines[i])) continue;
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    return;
  }
}

std::vector<double> received_times(const MailFacts& facts) {
  std::vector<double> times;
  std::vector<std::string_view> lines = facts.header_lines("Received");
  forget_fetchmail(facts, lines);
  for (const std::string_view line : lines) {
    if (const auto time = received_at(line)) times.push_back(*time);
  }
  return times;
}

// How many seconds the Date is ahead of the Received line that it is nearest to.
double date_difference(const MailFacts& facts) {
  const std::optional<double> sent = sent_at(facts);
  std::vector<double> times = received_times(facts);
  if (!sent || times.empty()) return 0;
  // The first relay often writes the Date itself: that agrees with nothing.
  if (times.size() > 1 && times.back() == *sent) times.pop_back();
  const auto nearest = std::min_element(times.begin(), times.end(), [&](double a, double b) {
    return std::abs(*sent - a) < std::abs(*sent - b);
  });
  return *sent - *nearest;
}

SignalResult check_for_shifted_date(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const MailFacts& facts = facts_of(context);
  const double hours = date_difference(facts) / kSecondsPerHour;
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
