#include "tests/bench/load_source.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/random.h"
#include "tests/support/journal_load/numbered_mail.h"
#include "tests/support/stand_in_tenant/exchange_delivery.h"

namespace secondlook {
namespace {

constexpr std::string_view kNumber = "NNNNNNNNNN";  // replaced in each message
constexpr std::string_view kSplit = "The filler stands here.\r\n";
constexpr std::string_view kLine =
    "Please find the figures of last quarter in the shared folder, as agreed.\r\n";
constexpr std::size_t kLongestFiller = 64 << 10;
constexpr std::size_t kLongestReport = std::size_t{1} << 30U;

std::string make_report(const std::string& run) {
  NumberedMail mail;
  mail.run = run + "." + std::string(kNumber);
  mail.recipient = "alice@contoso.example";
  mail.body_bytes = 0;
  stand_in::ExchangeDelivery delivery;
  delivery.envelope_from = numbered_mail_sender(mail);
  delivery.recipients = {mail.recipient};
  const SystemClock clock;
  SystemRandom random;
  auto made = stand_in::deliver_as_exchange(make_numbered_mail(mail) + std::string(kSplit),
                                            std::move(delivery), nullptr, clock, random);
  return made ? std::move(made->report) : "";
}

std::vector<std::size_t> places_of_number(std::string_view text) {
  std::vector<std::size_t> places;
  for (auto at = text.find(kNumber); at != text.npos; at = text.find(kNumber, at + 1))
    places.push_back(at);
  return places;
}

void put_number(std::string& text, const std::vector<std::size_t>& places, std::uint64_t number) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "%010llu", static_cast<unsigned long long>(number));
  for (const std::size_t place : places) text.replace(place, kNumber.size(), digits);
}

std::string new_run_name() {
  SystemRandom random;
  return make_uuid(random).substr(0, 8);
}

}  // namespace

NumberedReports::NumberedReports(std::size_t bytes, LoadBounds bounds)
    : bounds_(bounds), run_(new_run_name()) {
  make_template(bytes);
}

void NumberedReports::make_template(std::size_t bytes) {
  const std::string report = make_report(run_);
  const std::size_t split = report.find(kSplit);
  template_.head = report.substr(0, split);
  template_.tail = report.substr(split + kSplit.size());
  in_head_ = places_of_number(template_.head);
  in_tail_ = places_of_number(template_.tail);
  const std::size_t wanted = bytes - std::min(bytes, template_.size());
  if (wanted == 0) return;
  template_.repeats = (wanted + kLongestFiller - 1) / kLongestFiller;
  while (filler_.size() < wanted / template_.repeats) filler_ += kLine;
  template_.filler = filler_;
}

std::optional<LoadMessage> NumberedReports::next() {
  const auto now = std::chrono::steady_clock::now();
  if (number_ == 0)
    end_ = now + std::chrono::duration_cast<std::chrono::nanoseconds>(bounds_.seconds);
  if (bounds_.count > 0 && number_ >= bounds_.count) return std::nullopt;
  if (bounds_.seconds.count() > 0 && now >= end_) return std::nullopt;
  ++number_;
  LoadMessage message = template_;
  put_number(message.head, in_head_, number_);
  put_number(message.tail, in_tail_, number_);
  return message;
}

Result<ReportFiles> ReportFiles::open(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory, error))
    if (file.is_regular_file()) names.push_back(file.path().string());
  if (names.empty()) return not_found(directory + ": no reports in it");
  std::sort(names.begin(), names.end());
  ReportFiles files;
  for (const std::string& name : names) {
    auto report = read_file(name, kLongestReport);
    if (!report) return std::move(report).error();
    files.reports_.push_back(*std::move(report));
  }
  return files;
}

std::optional<LoadMessage> ReportFiles::next() {
  if (next_ >= reports_.size()) return std::nullopt;
  LoadMessage message;
  message.head = reports_[next_++];
  message.may_need_stuffing = true;
  return message;
}

}  // namespace secondlook
