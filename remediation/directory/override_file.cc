#include "remediation/directory/override_file.h"

#include <algorithm>
#include <set>

namespace secondlook {
namespace {

constexpr std::size_t kLongestAddress = 998;
constexpr std::size_t kLongestNote = 500;

Error at_line(std::size_t line, const std::string& what) {
  return malformed("line " + std::to_string(line) + ": " + what);
}

// Takes one record off `rest`. A quoted field may hold commas and doubled quotes, no line end: no
// field of ours has one, and a quote that is never closed would swallow the file.
Result<std::vector<std::string>> take_record(std::string_view& rest, std::size_t line) {
  std::string_view text = rest.substr(0, std::min(rest.find('\n'), rest.size()));
  rest.remove_prefix(std::min(text.size() + 1, rest.size()));
  if (text.ends_with('\r')) text.remove_suffix(1);
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (static_cast<unsigned char>(letter) < 0x20 && letter != '\t')
      return at_line(line, "a control character");
    if (is_quoted && letter == '"' && text.substr(at + 1).starts_with('"')) {
      fields.back() += text[++at];
    } else if (letter == '"' && (is_quoted || fields.back().empty())) {
      is_quoted = !is_quoted;
    } else if (letter == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += letter;
    }
  }
  if (is_quoted) return at_line(line, "a quote that is not closed");
  return fields;
}

bool is_blank(const std::vector<std::string>& fields) {
  return fields.front().starts_with('#') ||
         std::all_of(fields.begin(), fields.end(),
                     [](const std::string& field) { return address_key(field).empty(); });
}

bool is_heading(const std::vector<std::string>& fields) {
  return fields.size() >= 2 && address_key(fields[0]) == "address" &&
         address_key(fields[1]) == "setting";
}

std::string without_spreadsheet_mark(const std::string& address) {
  const bool is_marked = address.size() > 1 && address[0] == '\'' &&
                         std::string_view("=+-@").find(address[1]) != std::string_view::npos;
  return is_marked ? address.substr(1) : address;
}

Result<DirectoryOverride> to_override(const std::vector<std::string>& fields, std::size_t line) {
  if (fields.size() < 2 || fields.size() > 3)
    return at_line(line, "two or three fields are expected: address,setting,note");
  DirectoryOverride one;
  one.address = address_key(without_spreadsheet_mark(fields[0]));
  const std::size_t at = one.address.rfind('@');
  const bool is_address = at != std::string::npos && at > 0 && at + 1 < one.address.size() &&
                          one.address.size() <= kLongestAddress &&
                          one.address.find(' ') == std::string::npos;
  if (!is_address) return at_line(line, "\"" + fields[0].substr(0, 100) + "\" is no address");
  const auto setting = parse_override_setting(address_key(fields[1]));
  if (!setting)
    return at_line(line, "setting \"" + fields[1].substr(0, 100) +
                             "\": include, exclude, protect, external, group, contact or "
                             "public_folder");
  one.setting = *setting;
  if (fields.size() == 3) one.note = fields[2];
  if (one.note.size() > kLongestNote) return at_line(line, "a note of more than 500 bytes");
  return one;
}

}  // namespace

Result<std::vector<DirectoryOverride>> parse_overrides(std::string_view csv) {
  if (csv.size() > kLargestOverrideFile) return malformed("more than 512 KiB");
  if (csv.starts_with("\xef\xbb\xbf")) csv.remove_prefix(3);  // spreadsheets write a BOM
  std::vector<DirectoryOverride> overrides;
  std::set<std::string> addresses;
  bool has_heading = false;
  for (std::size_t line = 1; !csv.empty(); ++line) {
    const auto fields = take_record(csv, line);
    if (!fields) return fields.error();
    if (is_blank(*fields)) continue;
    if (!has_heading) {
      if (!is_heading(*fields)) return at_line(line, "the heading address,setting,note is missing");
      has_heading = true;
      continue;
    }
    auto one = to_override(*fields, line);
    if (!one) return one.error();
    if (!addresses.insert(one->address).second)
      return at_line(line, one->address + " stands here twice");
    if (overrides.size() == kMostOverrides) return at_line(line, "more than 10,000 overrides");
    overrides.push_back(std::move(*one));
  }
  if (!has_heading) return malformed("the heading address,setting,note is missing");
  return overrides;
}

}  // namespace secondlook
