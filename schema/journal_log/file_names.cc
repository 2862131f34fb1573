#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "base/hex.h"
#include "schema/journal_log/format.h"

namespace secondlook {
namespace {

constexpr std::string_view kArchivedExtension = ".zst";
constexpr std::string_view kLogNameTitle = "secondlook journal log, format 1\n";

std::string numbered(std::uint64_t number, std::size_t digits, std::string_view extension) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text.append(extension);
}

std::optional<std::uint64_t> number_of(std::string_view name, std::size_t digits,
                                       std::string_view extension) {
  if (name.size() < digits + extension.size() || !name.ends_with(extension)) return std::nullopt;
  name.remove_suffix(extension.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number == 0) return std::nullopt;
  return number;
}

std::string_view without_archive(std::string_view name) {
  if (name.ends_with(kArchivedExtension)) name.remove_suffix(kArchivedExtension.size());
  return name;
}

}  // namespace

std::optional<LogName> parse_log_name(std::string_view uuid) {
  std::string digits(uuid);
  if (digits.size() != 36) return std::nullopt;
  digits.erase(std::remove(digits.begin(), digits.end(), '-'), digits.end());
  const auto bytes = from_hex(digits);
  LogName name;
  if (!bytes || bytes->size() != name.bytes.size()) return std::nullopt;
  std::transform(bytes->begin(), bytes->end(), name.bytes.begin(),
                 [](std::uint8_t byte) { return static_cast<char>(byte); });
  return to_uuid(name) == uuid ? std::optional(name) : std::nullopt;
}

std::string to_uuid(const LogName& name) {
  std::string text = to_hex(name.view());
  for (const std::size_t place : {8U, 13U, 18U, 23U}) text.insert(place, 1, '-');
  return text;
}

std::string segment_file_name(std::uint64_t segment) {
  return numbered(segment, 10, ".segment");
}
std::string report_file_name(std::uint64_t sequence) {
  return numbered(sequence, 20, ".report");
}

std::string archived_name(const std::string& name) {
  return name + std::string(kArchivedExtension);
}

std::optional<std::uint64_t> parse_segment_file_name(std::string_view name) {
  return number_of(name, 10, ".segment");
}

std::optional<std::uint64_t> parse_report_file_name(std::string_view name) {
  return number_of(name, 20, ".report");
}

std::optional<std::uint64_t> parse_any_segment_file_name(std::string_view name) {
  return parse_segment_file_name(without_archive(name));
}

std::optional<std::uint64_t> parse_any_report_file_name(std::string_view name) {
  return parse_report_file_name(without_archive(name));
}

std::string encode_log_name_file(const LogName& name) {
  return std::string(kLogNameTitle) + to_uuid(name) + "\n";
}

Result<LogName> decode_log_name_file(std::string_view content) {
  if (!content.starts_with(kLogNameTitle)) return malformed("no journal log of format 1");
  content.remove_prefix(kLogNameTitle.size());
  if (content.size() != 37 || content.back() != '\n') return malformed("no UUID in it");
  const auto name = parse_log_name(content.substr(0, 36));
  if (!name) return malformed("no UUID in it");
  return *name;
}

}  // namespace secondlook
