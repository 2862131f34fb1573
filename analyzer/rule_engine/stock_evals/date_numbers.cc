#include "analyzer/rule_engine/stock_evals/date_numbers.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analyzer/message/mail_date.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"

namespace secondlook {

std::optional<double> seconds_of(std::string_view date) {
  const std::optional<Timestamp> time = parse_mail_date(date);
  if (!time) return std::nullopt;
  return std::floor(std::chrono::duration<double>(time->time_since_epoch()).count());
}

std::optional<double> received_at(std::string_view line) {
  const std::size_t semicolon = line.rfind(';');
  return semicolon == line.npos ? std::nullopt : seconds_of(line.substr(semicolon + 1));
}

namespace {

std::optional<double> sent_at(const MailFacts& facts) {
  for (const std::string_view name : {"Resent-Date", "Date"}) {
    for (const std::string_view line : facts.header_lines(name)) {
      if (const auto time = seconds_of(line)) return time;
    }
  }
  return std::nullopt;
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

}  // namespace

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

}  // namespace secondlook
