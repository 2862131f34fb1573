#include "analyzer/rule_engine/stock_evals/mime_numbers.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "analyzer/message/ascii.h"
#include "analyzer/message/content_field.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostParts = 1000;
constexpr std::size_t kLongestValue = 8192;
constexpr std::size_t kLongestQuotedLine = 79;  // RFC 5322 2.1.1, with the line feed

const HeaderField* find_field(const MessagePart& part, std::string_view name) {
  for (const HeaderField& field : part.headers) {
    if (equals_ignoring_case(field.name, name)) return &field;
  }
  return nullptr;
}

// The next line, without CR LF, taken off the text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// "Name:", in the printable ASCII that names are made of.
bool begins_field(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && line[end] > ' ' && line[end] < 0x7f && line[end] != ':') ++end;
  return end > 0 && end < line.size() && line[end] == ':';
}

bool is_capital_hex(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'F');
}

// "=41": a character that could have stood as it is.
bool is_needless(std::string_view code) {
  if (code == "09") return true;
  const char high = code[0], low = code[1];
  if (!is_capital_hex(low)) return false;
  if (high == '3') return low != 'D';
  if (high == '7') return low != 'F';
  return high == '2' || high == '4' || high == '5' || high == '6';
}

class MimeCounter {
 public:
  explicit MimeCounter(const ParsedMessage& message) : message_(message) {}

  MimeNumbers count() {
    std::size_t parts = 0;
    for (const MessagePart& part : message_.parts) {
      if (part.source == PartSource::mimetic_only || part.source == PartSource::tnef) continue;
      ++parts;
      add_part(part);
    }
    numbers_.too_many_parts = parts >= kMostParts;
    if (html_bytes_.value_or(0) > 0 && text_bytes_)
      numbers_.alternative_ratio =
          static_cast<double>(*text_bytes_) / static_cast<double>(*html_bytes_);
    for (const HeaderField& field : message_.headers)
      numbers_.long_header = numbers_.long_header || field.raw.size() > kLongestValue;
    numbers_.missing_separator = message_.bytes.find("\n\n") == std::string_view::npos &&
                                 message_.bytes.find("\n\r\n") == std::string_view::npos;
    return std::move(numbers_);
  }

 private:
  void add_part(const MessagePart& part) {
    const HeaderField* disposition = find_field(part, "Content-Disposition");
    disposition_ = disposition == nullptr ? "" : to_ascii_lower(trim(disposition->value));
    const HeaderField* type = find_field(part, "Content-Type");
    has_charset_ =
        type != nullptr && to_ascii_lower(type->raw).find("charset") != std::string::npos;
    add_head(part);
    if (part.is_multipart && type != nullptr)
      add_structure(part.body, parse_content_field(type->raw).parameter("boundary"));
    if (!part.is_multipart && !part.is_message) add_lines(part);
  }

  void add_head(const MessagePart& part) {
    const std::string_view encoding = part.transfer_encoding;
    const bool is_text = part.content_type.starts_with("text");
    const bool base64 = encoding.find("base64") != encoding.npos;
    if (part.content_type == "multipart/alternative") numbers_.alternative = true;
    if (part.content_type == "text/html")
      ++numbers_.html_parts;
    else if (is_text)
      ++numbers_.text_parts;
    if (base64)
      ++numbers_.base64_parts;
    else if (encoding.find("quoted-printable") != encoding.npos)
      ++numbers_.quoted_parts;
    if (disposition_.find("attachment") != std::string::npos) ++numbers_.attachments;
    const bool shown_apart =
        disposition_.starts_with("attachment") || disposition_.starts_with("inline");
    if (is_text && base64 && is_ascii_charset(part.charset) && !shown_apart)
      numbers_.base64_text = true;
    if (std::any_of(part.charset.begin(), part.charset.end(), is_letter)) {
      numbers_.charsets.push_back(part.charset);
      if (is_bad_iso(part.charset)) numbers_.bad_iso_charset = true;
    }
  }

  static bool is_ascii_charset(std::string_view charset) {
    return charset.empty() || charset.find("ascii") != charset.npos || charset == "us" ||
           charset.find("iso646-us") != charset.npos || charset.ends_with("367") ||
           charset.find("x3.4-19") != charset.npos || charset == "iso-ir-6";
  }

  // "iso-x-y" but neither of ISO 8859 nor ISO 2022.
  static bool is_bad_iso(std::string_view charset) {
    const std::size_t place = charset.find("iso-");
    if (place == charset.npos) return false;
    const std::string_view rest = charset.substr(place + 4);
    if (rest.find('-') == rest.npos || rest.starts_with("2022-")) return false;
    return !(rest.starts_with("8859-") && rest.size() > 5 && is_digit(rest[5]));
  }

  // Which of a multipart's boundary lines are followed by what they should.
  void add_structure(std::string_view body, std::string_view boundary) {
    if (boundary.empty()) return;
    enum class Place { preamble, first_line, fields, content, epilogue };
    Place place = Place::preamble;
    while (!body.empty()) {
      const std::string_view line = take_line(body);
      const bool is_inside = place == Place::preamble || place == Place::content;
      if (is_inside && !line.starts_with("--")) continue;
      const std::string_view text = trim(line);
      const bool marked = line.starts_with("--") && text.substr(2).starts_with(boundary);
      const std::string_view behind = marked ? text.substr(2 + boundary.size()) : "";
      if (place != Place::epilogue && marked && (behind.empty() || behind == "--")) {
        place = behind.empty() ? Place::first_line : Place::epilogue;
        continue;
      }
      const bool is_field = begins_field(line);
      const bool continues =
          place == Place::fields && (line.starts_with(' ') || line.starts_with('\t'));
      switch (place) {
        case Place::first_line:
          if (!is_field) numbers_.missing_part_headers = true;
          [[fallthrough]];
        case Place::fields:
          if (is_field || continues) {
            place = Place::fields;
            break;
          }
          if (!line.empty()) numbers_.missing_part_separator = true;
          place = Place::content;
          break;
        case Place::epilogue:
          if (text.find_first_not_of(" \t.") != text.npos) numbers_.has_epilogue = true;
          break;
        default: break;
      }
    }
    if (place != Place::epilogue) numbers_.missing_boundary = true;
  }

  void add_lines(const MessagePart& part) {
    const bool attached = disposition_.find("attachment") != std::string::npos;
    const bool is_plain = part.content_type == "text/plain";
    const bool says_ascii = is_plain && (!has_charset_ || part.charset == "us-ascii");
    const std::string& encoding = part.transfer_encoding;
    const bool unencoded =
        is_plain && (encoding.empty() || encoding == "7bit" || encoding == "8bit");
    const bool may_break_ascii = says_ascii && !is_all_ascii(part.body);
    const bool has_references = unencoded && part.body.find("&#x") != part.body.npos;
    std::size_t bytes = 0;
    for (std::string_view body = part.body; !body.empty();) {
      const std::string_view line = take_line(body);
      bytes += line.size() + 1;
      if (encoding == "quoted-printable" && !line.starts_with("SPAM: ")) add_quoted(line);
      if (encoding == "base64" && part.content_type != "application/ics")
        numbers_.longest_base64_line = std::max(numbers_.longest_base64_line, line.size() + 1);
      const bool breaks_ascii =
          says_ascii && (line.find('\r') != line.npos ||
                         (may_break_ascii && std::any_of(line.begin(), line.end(), is_no_ascii)));
      if (breaks_ascii) ++numbers_.illegal_ascii_lines;
      if (unencoded) numbers_.plain_bytes += line.size() + 1;
      if (has_references) add_references(line);
    }
    if (!numbers_.alternative || attached) return;
    if (part.content_type == "text/html") html_bytes_ = bytes;
    if (is_plain) text_bytes_ = bytes;
  }

  static bool is_no_ascii(char c) { return c == '\0' || (c & '\x80') != 0; }
  // Without branches, so that the compiler may look at many bytes at once.
  static bool is_all_ascii(std::string_view text) {
    unsigned high = 0;
    for (const char c : text) high |= static_cast<unsigned char>(c);
    return high < 0x80 && text.find('\0') == text.npos;
  }

  void add_quoted(std::string_view line) {
    if (line.size() + 1 > kLongestQuotedLine) numbers_.long_quoted_line = true;
    numbers_.quoted_bytes += line.size() + 1;
    std::size_t needless = 0;
    for (std::size_t at = line.find('='); at != line.npos; at = line.find('=', at + 1)) {
      if (at + 2 < line.size() && is_needless(line.substr(at + 1, 2))) ++needless;
    }
    // Blanks at the end of a line must be quoted.
    std::string_view rest = trim(line);
    while (needless > 0 && (rest.ends_with("=20") || rest.ends_with("=09"))) {
      rest.remove_suffix(3);
      --needless;
    }
    numbers_.quoted_needless += needless;
  }

  void add_references(std::string_view line) {
    std::size_t references = 0;
    for (std::size_t at = line.find("&#x"); at != line.npos; at = line.find("&#x", at + 3)) {
      const std::string_view digits = line.substr(std::min(at + 3, line.size()), 5);
      if (digits.size() == 5 && digits[4] == ';' &&
          std::all_of(digits.begin(), digits.begin() + 4, is_capital_hex))
        ++references;
    }
    numbers_.plain_bytes -= references * 8;
    numbers_.unicode_references += references;
  }

  const ParsedMessage& message_;
  MimeNumbers numbers_;
  std::string disposition_;
  bool has_charset_ = false;
  std::optional<std::size_t> text_bytes_, html_bytes_;  // of the last parts shown
};

}  // namespace

MimeNumbers count_mime(const ParsedMessage& message) {
  return MimeCounter(message).count();
}

}  // namespace secondlook
