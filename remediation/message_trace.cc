#include "remediation/message_trace.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "remediation/mail_address.h"
#include "schema/history/history_snapshot.h"
#include "schema/store/directory.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostFields = 100;
constexpr std::size_t kLongestAddress = 998;
constexpr std::size_t kMostRecipients = 1000;  // of one record of an extended report

using Names = std::array<std::string_view, 4>;
constexpr Names kDate = {"received", "received (utc)", "date_time_utc", "origin_timestamp_utc"};
constexpr Names kSender = {"senderaddress", "sender_address", "sender address", "sender"};
constexpr Names kRecipient = {"recipientaddress", "recipient_address", "recipient address",
                              "recipient"};
constexpr Names kStatus = {"status", "delivery_status", "delivery status", "delivery status "};
constexpr Names kMessageId = {"messageid", "message_id", "message id", "internetmessageid"};
// "a@b##Receive, Deliver;c@d##..."
constexpr std::string_view kRecipientStatus = "recipient_status";

Error at_line(std::uint64_t line, const std::string& what) {
  return malformed("line " + std::to_string(line) + ": " + what);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes records off a text, and counts lines: a quoted field may hold line ends.
class Records {
 public:
  Records(std::string_view csv, std::uint64_t line) : rest_(csv), line_(line) {}

  bool is_at_end() const { return rest_.empty(); }
  std::uint64_t line() const { return line_; }  // of the record taken last
  void set_line(std::uint64_t line) { next_line_ = line; }
  void set_separator(char separator) { separator_ = separator; }

  Result<std::vector<std::string>> take() {
    line_ = next_line_;
    std::vector<std::string> fields(1);
    bool is_quoted = false;
    std::size_t at = 0;
    for (; at < rest_.size(); ++at) {
      const char letter = rest_[at];
      if (letter == '\n') ++next_line_;
      if (is_quoted && letter == '"' && rest_.substr(at + 1).starts_with('"')) {
        fields.back() += rest_[++at];
      } else if (letter == '"' && (is_quoted || fields.back().empty())) {
        is_quoted = !is_quoted;
      } else if (letter == separator_ && !is_quoted) {
        if (fields.size() == kMostFields) return at_line(line_, "more than 100 columns");
        fields.emplace_back();
      } else if (letter == '\n' && !is_quoted) {
        break;
      } else if (letter != '\r' || is_quoted) {
        fields.back() += letter;
      }
    }
    if (is_quoted) return at_line(line_, "a quote that is not closed");
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    return fields;
  }

 private:
  std::string_view rest_;
  std::uint64_t line_, next_line_ = 1;
  char separator_ = ',';
};

// Whichever the heading has the most of.
char separator_of(std::string_view csv) {
  const std::string_view heading = csv.substr(0, csv.find('\n'));
  char best = ',';
  for (const char candidate : {';', '\t'})
    if (std::ranges::count(heading, candidate) > std::ranges::count(heading, best))
      best = candidate;
  return best;
}

struct Columns {
  std::optional<std::size_t> date, sender, recipient, status, message_id, recipient_status;

  // Which is missing; empty: none.
  std::string_view missing() const {
    if (!date) return "Received";
    if (!sender) return "SenderAddress";
    if (!message_id) return "MessageId";
    if (!recipient && !recipient_status) return "RecipientAddress";
    if (!status && !recipient_status) return "Status";
    return {};
  }
};

Columns columns_of(const std::vector<std::string>& heading) {
  Columns columns;
  for (std::size_t i = 0; i < heading.size(); ++i) {
    const std::string name = lower_case(trim(heading[i]));
    const auto take = [&](const Names& names, std::optional<std::size_t>& column) {
      if (!column && std::ranges::find(names, name) != names.end()) column = i;
    };
    take(kDate, columns.date);
    take(kSender, columns.sender);
    take(kRecipient, columns.recipient);
    take(kStatus, columns.status);
    take(kMessageId, columns.message_id);
    if (name == kRecipientStatus) columns.recipient_status = i;
  }
  return columns;
}

// The numbers at the beginning of "2026-11-25T09:14:03Z", "11/25/2026 9:14:03 AM", "25.11.2026
// 09:14".
std::optional<std::array<unsigned, 3>> date_numbers(std::string_view text, char& separator) {
  std::array<unsigned, 3> numbers{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t from = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at < from + 4; ++at)
      numbers[i] = numbers[i] * 10 + static_cast<unsigned>(text[at] - '0');
    if (at == from) return {};
    if (i == 2) break;
    const char c = at < text.size() ? text[at] : '\0';
    if ((c != '-' && c != '/' && c != '.') || (i == 1 && c != separator)) return {};
    separator = c;
    for (++at; at < text.size() && text[at] == ' ';) ++at;
  }
  return numbers;
}

std::optional<std::uint16_t> day_in(std::string_view text, bool day_first) {
  using namespace std::chrono;
  char separator = 0;
  const auto numbers = date_numbers(trim(text), separator);
  if (!numbers) return {};
  auto [first, second, third] = *numbers;
  if (first > 31)
    std::swap(first, third);  // the year in front: what is left is day, month turned round
  const bool had_year_in_front = (*numbers)[0] > 31;
  const bool is_day_first = had_year_in_front || day_first || separator == '.' || first > 12;
  const unsigned day_number = is_day_first ? first : second,
                 month_number = is_day_first ? second : first;
  const year_month_day date{year(static_cast<int>(third)), month(month_number), day(day_number)};
  if (!date.ok() || third < 1990 || third > 2140) return {};
  return static_cast<std::uint16_t>(sys_days(date).time_since_epoch().count());
}

std::string_view field(const std::vector<std::string>& fields, std::optional<std::size_t> column) {
  return column && *column < fields.size() ? trim(fields[*column]) : std::string_view();
}

std::optional<std::string> address_in(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == text.npos || at == 0 || at + 1 == text.size() || text.size() > kLongestAddress ||
      text.find(' ') != text.npos)
    return {};
  return address_key(text);
}

// Those of a record that were delivered.
std::vector<std::string> recipients_in(const std::vector<std::string>& fields,
                                       const Columns& columns) {
  std::vector<std::string> recipients;
  const auto add = [&](std::string_view text) {
    if (auto address = address_in(trim(text)); address && recipients.size() < kMostRecipients)
      recipients.push_back(std::move(*address));
  };
  if (!columns.recipient_status) {
    if (lower_case(field(fields, columns.status)) == "delivered")
      add(field(fields, columns.recipient));
    return recipients;
  }
  std::string_view rest = field(fields, columns.recipient_status);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t mark = one.find("##");
    if (mark == one.npos) continue;
    const std::string status = lower_case(one.substr(mark));
    const bool is_delivered =
        status.find("deliver") != status.npos || status.find("send") != status.npos;
    if (is_delivered && status.find("fail") == status.npos) add(one.substr(0, mark));
  }
  return recipients;
}

bool is_blank(const std::vector<std::string>& fields) {
  return fields.size() == 1 && trim(fields.front()).empty();
}

}  // namespace

Result<MessageTrace> read_message_trace(std::string_view csv, const TraceForm& form,
                                        Timestamp now) {
  if (csv.size() > kLargestTracePiece) return malformed("more than 512 KiB at once");
  if (csv.starts_with("\xef\xbb\xbf")) csv.remove_prefix(3);
  Records records(csv, 1);
  records.set_separator(separator_of(csv));
  const auto heading = records.take();
  if (!heading) return heading.error();
  const Columns columns = columns_of(*heading);
  if (const std::string_view missing = columns.missing(); !missing.empty())
    return at_line(1, "no column " + std::string(missing) + " in the heading");
  records.set_line(form.first_line);

  MessageTrace trace;
  const int tomorrow = day_of(now) + 1;
  while (!records.is_at_end()) {
    const auto fields = records.take();
    if (!fields) return fields.error();
    if (is_blank(*fields)) continue;
    ++trace.rows;
    const std::string_view date = field(*fields, columns.date);
    const auto day = day_in(date, form.day_first);
    if (!day)
      return at_line(records.line(), "\"" + std::string(date.substr(0, 100)) + "\" is no date");
    if (*day > tomorrow)
      return at_line(records.line(),
                     "\"" + std::string(date.substr(0, 100)) +
                         "\" is yet to come: does the day stand first (--day-first)?");
    const auto sender = address_in(field(*fields, columns.sender));
    const std::string_view id = field(*fields, columns.message_id);
    const auto recipients = recipients_in(*fields, columns);
    if (!sender || id.empty() || id.size() > kLongestAddress || recipients.empty()) {
      ++trace.passed_over;
      continue;
    }
    for (const std::string& recipient : recipients)
      trace.delivered.push_back({*day, std::string(id), *sender, recipient});
  }
  return trace;
}

}  // namespace secondlook
