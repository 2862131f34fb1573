#include "graph_client/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace secondlook {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest = std::chrono::hours{24};

std::optional<int> parse_number(std::string_view digits) {
  int number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failure != std::errc{} || end != digits.data() + digits.size() || digits.front() == '-') {
    return std::nullopt;
  }
  return number;
}

std::optional<milliseconds> parse_seconds(std::string_view value) {
  const bool is_decimal = value.find_first_not_of("0123456789.") == value.npos &&
                          std::count(value.begin(), value.end(), '.') <= 1 &&
                          value.find_first_of("0123456789") != value.npos;
  if (!is_decimal) return std::nullopt;
  const std::string_view whole = value.substr(0, value.find('.'));
  const auto seconds = whole.empty() ? 0 : parse_number(whole.substr(0, 9)).value_or(0);
  if (whole.size() > 6) return kLongest;
  milliseconds result = std::chrono::seconds{seconds};
  if (whole.size() == value.size()) return std::min(result, kLongest);
  const std::string_view fraction = value.substr(whole.size() + 1);
  int scale = 100;
  for (const char digit : fraction.substr(0, 3)) {
    result += milliseconds{(digit - '0') * scale};
    scale /= 10;
  }
  const bool has_more = fraction.size() > 3 && fraction.find_first_not_of('0', 3) != fraction.npos;
  if (has_more) result += milliseconds{1};
  return std::min(result, kLongest);
}

std::optional<unsigned> parse_month(std::string_view name) {
  constexpr std::array<std::string_view, 12> kNames{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<unsigned>(found - kNames.begin()) + 1;
}

// IMF-fixdate has a fixed length: "Sun, 22 Nov 2026 12:00:05 GMT".
std::optional<Timestamp> parse_fixdate(std::string_view value) {
  const bool has_shape = value.size() == 29 && value.substr(3, 2) == ", " && value[7] == ' ' &&
                         value[11] == ' ' && value[16] == ' ' && value[19] == ':' &&
                         value[22] == ':' && value.substr(25) == " GMT";
  if (!has_shape) return std::nullopt;
  const auto day = parse_number(value.substr(5, 2));
  const auto month = parse_month(value.substr(8, 3));
  const auto year = parse_number(value.substr(12, 4));
  const auto hour = parse_number(value.substr(17, 2));
  const auto minute = parse_number(value.substr(20, 2));
  const auto second = parse_number(value.substr(23, 2));
  if (!day || !month || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{*month},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second};
}

}  // namespace

std::optional<Timestamp> parse_http_date(std::string_view value) {
  return parse_fixdate(value);
}

std::optional<milliseconds> parse_retry_after(std::string_view value, Timestamp now) {
  const std::size_t first = value.find_first_not_of(" \t");
  if (first == value.npos) return std::nullopt;
  value = value.substr(first, value.find_last_not_of(" \t") - first + 1);
  if (const auto seconds = parse_seconds(value)) return seconds;
  const auto moment = parse_fixdate(value);
  if (!moment) return std::nullopt;
  const auto wait = std::chrono::ceil<milliseconds>(*moment - now);
  return std::clamp(wait, milliseconds{0}, kLongest);
}

}  // namespace secondlook
