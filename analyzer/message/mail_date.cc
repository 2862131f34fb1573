#include "analyzer/message/mail_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

using std::chrono::minutes;

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
struct Zone {
  std::string_view name;
  int hours;
};
constexpr std::array<Zone, 9> kZones = {{{"est", -5},
                                         {"edt", -4},
                                         {"cst", -6},
                                         {"cdt", -5},
                                         {"mst", -7},
                                         {"mdt", -6},
                                         {"pst", -8},
                                         {"pdt", -7},
                                         {"jst", 9}}};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text.substr(0, std::min(text.find('('), std::size_t{100}))) {
    if (c == ' ' || c == '\t' || c == ',' || c == '\r' || c == '\n') {
      if (!word.empty()) words.push_back(std::exchange(word, {}));
    } else {
      word += ascii_lower(c);
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() || value < 0)
    return std::nullopt;
  return value;
}

std::optional<int> full_year(std::string_view digits) {
  const auto year = number(digits);
  if (!year || digits.size() > 4) return std::nullopt;
  if (digits.size() == 2) return *year + (*year < 50 ? 2000 : 1900);  // RFC 5322 4.3
  return digits.size() == 3 ? *year + 1900 : *year;
}

std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
  std::array<int, 3> fields{};
  for (std::size_t i = 0; i < fields.size() && !text.empty(); ++i) {
    const auto end = std::min(text.find(':'), text.size());
    const auto value = number(text.substr(0, end));
    if (!value) return std::nullopt;
    fields[i] = *value;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (fields[0] > 23 || fields[1] > 59 || fields[2] > 60) return std::nullopt;
  return std::chrono::hours(fields[0]) + minutes(fields[1]) + std::chrono::seconds(fields[2]);
}

minutes offset_of(std::string_view zone) {
  const bool is_numeric = zone.size() == 5 && (zone[0] == '+' || zone[0] == '-');
  if (const auto digits = is_numeric ? number(zone.substr(1)) : std::nullopt) {
    const minutes offset(*digits / 100 * 60 + *digits % 100);
    return zone[0] == '-' ? -offset : offset;
  }
  const auto known = std::ranges::find(kZones, zone, &Zone::name);
  return known == kZones.end() ? minutes(0) : std::chrono::hours(known->hours);
}

}  // namespace

std::optional<Timestamp> parse_mail_date(std::string_view text) {
  std::vector<std::string> words = words_of(text);
  if (!words.empty() && !number(words[0])) words.erase(words.begin());  // the weekday
  if (words.size() < 4) return std::nullopt;
  const auto day = number(words[0]);
  const auto month = std::ranges::find(kMonths, words[1].substr(0, 3));
  const auto year = full_year(words[2]);
  const auto time = time_of_day(words[3]);
  if (!day || month == kMonths.end() || !year || !time) return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(*year),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return Timestamp(std::chrono::sys_days(date)) + *time -
         (words.size() > 4 ? offset_of(words[4]) : minutes(0));
}

}  // namespace secondlook
