#include "tests/bench/detection_quality/neutral_mail.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

#include "analyzer/message/ascii.h"
#include "analyzer/message/mail_date.h"
#include "tests/bench/detection_quality/honeypot_address.h"
#include "tests/support/journal_report_builder.h"
#include "tests/support/mail_headers.h"
#include "tests/support/transport_stamps.h"

namespace secondlook {
namespace {

// What a sender's program writes: the letter's own fields, those of its form, and habits.
constexpr std::array kLetterFields = {"From", "To",         "Cc",          "Reply-To",  "Subject",
                                      "Date", "Message-ID", "In-Reply-To", "References"};
constexpr std::array kFormFields = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding",
                                    "Content-Disposition", "Content-ID"};
constexpr std::array kHabitFields = {
    "X-Mailer",   "User-Agent", "X-Priority",     "X-MSMail-Priority",
    "Importance", "Priority",   "Auto-Submitted", "Disposition-Notification-To"};

// Where a collection leaves the address at which it got the mail.
constexpr std::array<std::string_view, 6> kCollectorsFields = {
    "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-BeenThere", "List-Post"};

// Reports and mails without a date are dated alike.
constexpr Timestamp kSomeTime = std::chrono::sys_days(std::chrono::year(2026) / 1 / 15);

bool is_one_of(std::string_view name, const auto& names) {
  return std::ranges::any_of(
      names, [&](std::string_view other) { return equals_ignoring_case(trim(name), other); });
}

bool is_senders(std::string_view name) {
  return is_one_of(name, kLetterFields) || is_one_of(name, kFormFields) ||
         is_one_of(name, kHabitFields);
}

bool may_stand_in_address(char c) {
  return is_letter(c) || is_digit(c) || std::string_view(".-_+=").find(c) != std::string_view::npos;
}

std::vector<std::string> addresses_in(std::string_view value) {
  std::vector<std::string> addresses;
  for (auto at = value.find('@'); at != value.npos; at = value.find('@', at + 1)) {
    std::size_t begin = at, end = at + 1;
    while (begin > 0 && may_stand_in_address(value[begin - 1])) --begin;
    while (end < value.size() && may_stand_in_address(value[end])) ++end;
    if (begin < at && end > at + 1) addresses.emplace_back(value.substr(begin, end - begin));
  }
  return addresses;
}

std::vector<std::string> collectors_addresses(const stand_in::MailHeaders& headers) {
  std::vector<std::string> addresses;
  for (const stand_in::MailHeader& field : headers.fields) {
    if (!is_one_of(field.name, kCollectorsFields)) continue;
    for (std::string& address : addresses_in(field.value)) addresses.push_back(std::move(address));
  }
  return addresses;
}

// From a workstation by the sender's server to ours: with the server alone, rules against programs
// that send directly would hit every mail; a name with "mail" in it excuses many others. Not the
// addresses for documentation, which rules know as impossible, but those for benchmarks (RFC 2544).
std::string fresh_received(std::optional<Timestamp> time) {
  const std::string date = "; " + stand_in::format_mail_date(time.value_or(kSomeTime)) + "\r\n";
  return "Received: from edge.sender.example (edge.sender.example [198.18.4.25])\r\n"
         "\tby mx.contoso.example with ESMTPS id 4c1f7b2a90\r\n\tfor <" +
         std::string(kNeutralRecipient) + ">" + date +
         "Received: from workstation.sender.example (workstation.sender.example [198.18.7.41])\r\n"
         "\tby edge.sender.example with ESMTPSA id 7d02e91b35" +
         date;
}

std::string with_recipient(std::string text, const std::vector<std::string>& collectors) {
  for (const std::string& address : collectors)
    text = with_address_replaced(text, address, kNeutralRecipient);
  return text;
}

}  // namespace

std::string neutral_mail(std::string_view mail) {
  const std::string whole =
      with_address_replaced(stand_in::with_crlf(mail), kHoneypot, kNeutralRecipient);
  const stand_in::MailHeaders headers = stand_in::read_mail_headers(whole);
  const std::vector<std::string> collectors = collectors_addresses(headers);
  std::string neutral = fresh_received(written_at(whole));
  for (const stand_in::MailHeader& field : headers.fields) {
    if (!is_senders(field.name)) continue;
    const bool names_recipients = is_one_of(field.name, std::array{"To", "Cc"});
    neutral += field.name + ":" +
               (names_recipients ? with_recipient(field.raw, collectors) : field.raw) + "\r\n";
  }
  return neutral + "\r\n" + whole.substr(headers.body_offset);
}

std::string journal_report_of(std::string_view neutral) {
  constexpr std::string_view kStamps =
      "X-MS-Exchange-Organization-Network-Message-Id: 6a0f4d0e-93c5-4d3a-8a35-2f4de1b7c901\r\n"
      "X-MS-Exchange-Organization-MessageDirectionality: Incoming\r\n"
      "X-MS-Exchange-Organization-AuthAs: Anonymous\r\n"
      "X-MS-Exchange-Organization-SCL: 1\r\n";
  stand_in::JournalReportDraft report;
  report.original = std::string(kStamps).append(neutral);
  stand_in::JournalRecipient recipient;
  recipient.address = kNeutralRecipient;
  report.recipients = {recipient};
  report.report_id = "0b9e6f3c-5d1a-4f7e-9c42-7a1d3e8b5f60";
  report.made_at = kSomeTime;
  return stand_in::build_journal_report(report);
}

std::optional<int> spam_confidence_level(std::string_view mail) {
  const std::string value =
      stand_in::read_mail_headers(mail).value("X-MS-Exchange-Organization-SCL");
  int level = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), level);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return level;
}

std::optional<Timestamp> written_at(std::string_view mail) {
  return parse_mail_date(stand_in::read_mail_headers(mail).value("Date"));
}

}  // namespace secondlook
