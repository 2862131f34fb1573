#include "analyzer/message/body_decoder.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_base64_digits() {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}
constexpr auto kBase64Digits = make_base64_digits();

std::uint8_t digit_at(std::string_view body, std::size_t at) {
  return kBase64Digits[static_cast<unsigned char>(body[at])];
}

// Whole groups of four without a line end or a stranger between them; returns where it stopped.
std::size_t decode_clean_run(std::string_view body, std::size_t at, char*& out) {
  while (at + 4 <= body.size()) {
    const unsigned a = digit_at(body, at), b = digit_at(body, at + 1);
    const unsigned c = digit_at(body, at + 2), d = digit_at(body, at + 3);
    if (((a | b | c | d) & 0xC0U) != 0) break;
    const unsigned group = a << 18U | b << 12U | c << 6U | d;
    *out++ = static_cast<char>(group >> 16U);
    *out++ = static_cast<char>(group >> 8U);
    *out++ = static_cast<char>(group);
    at += 4;
  }
  return at;
}

// The line up to its blanks at the end, without its line end; `next` begins the following line.
std::string_view take_line(std::string_view body, std::size_t at, std::size_t& next) {
  const auto* end = static_cast<const char*>(std::memchr(body.data() + at, '\n', body.size() - at));
  const std::size_t stop =
      end != nullptr ? static_cast<std::size_t>(end - body.data()) : body.size();
  next = end != nullptr ? stop + 1 : stop;
  return body.substr(at, stop - at);
}

void append_unescaped(std::string& out, std::string_view line) {
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t escape = line.find('=', at);
    if (escape == std::string_view::npos) break;
    out.append(line, at, escape - at);
    const int high = escape + 2 < line.size() ? hex_digit(line[escape + 1]) : -1;
    const int low = escape + 2 < line.size() ? hex_digit(line[escape + 2]) : -1;
    if (high < 0 || low < 0) {
      out += '=';
      at = escape + 1;
    } else {
      out += static_cast<char>(high * 16 + low);
      at = escape + 3;
    }
  }
  out.append(line, std::min(at, line.size()), std::string_view::npos);
}

}  // namespace

TransferEncoding transfer_encoding_named(std::string_view field) {
  const std::size_t start = field.find_first_not_of(" \t\r\n\"'");
  if (start == std::string_view::npos) return TransferEncoding::identity;
  field.remove_prefix(start);
  const std::string_view name = field.substr(0, field.find_first_of(" \t\r\n\"';,("));
  if (equals_ignoring_case(name, "base64")) return TransferEncoding::base64;
  if (equals_ignoring_case(name, "quoted-printable")) return TransferEncoding::quoted_printable;
  for (const std::string_view alias : {"x-uuencode", "uuencode", "x-uue", "uue"}) {
    if (equals_ignoring_case(name, alias)) return TransferEncoding::uuencode;
  }
  return TransferEncoding::identity;
}

std::string decode_body(std::string_view body, TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::base64: return decode_base64(body);
    case TransferEncoding::quoted_printable: return decode_quoted_printable(body);
    case TransferEncoding::uuencode: return decode_uuencode(body);
    case TransferEncoding::identity: break;
  }
  return std::string(body);
}

std::string decode_base64(std::string_view body) {
  std::string decoded(body.size() / 4 * 3 + 6, '\0');
  char* out = decoded.data();
  unsigned bits = 0;
  unsigned held = 0;  // digits of a group begun
  for (std::size_t at = 0; at < body.size(); ++at) {
    if (held == 0) {
      at = decode_clean_run(body, at, out);
      if (at == body.size()) break;
    }
    const std::uint8_t digit = digit_at(body, at);
    if (digit == kNoDigit) {
      if (body[at] == '=') held = 0;
      continue;
    }
    bits = bits << 6U | digit;
    ++held;
    if (held == 2) *out++ = static_cast<char>(bits >> 4U);
    if (held == 3) *out++ = static_cast<char>(bits >> 2U);
    if (held == 4) *out++ = static_cast<char>(bits), held = 0;
  }
  decoded.resize(static_cast<std::size_t>(out - decoded.data()));
  return decoded;
}

std::string decode_quoted_printable(std::string_view body) {
  std::string decoded;
  decoded.reserve(body.size());
  for (std::size_t at = 0, next = 0; at < body.size(); at = next) {
    const std::string_view line = take_line(body, at, next);
    const std::size_t last = line.find_last_not_of(" \t\r");
    const std::string_view text = line.substr(0, last == std::string_view::npos ? 0 : last + 1);
    if (text.ends_with('=')) {  // soft line break, rule 5
      append_unescaped(decoded, text.substr(0, text.size() - 1));
      continue;
    }
    append_unescaped(decoded, text);
    if (line.ends_with('\r')) decoded += '\r';
    if (next > at + line.size()) decoded += '\n';
  }
  return decoded;
}

std::string decode_uuencode(std::string_view body) {
  std::string decoded;
  bool begun = false;
  for (std::size_t at = 0, next = 0; at < body.size(); at = next) {
    std::string_view line = take_line(body, at, next);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!begun) {
      begun = line.starts_with("begin ");
      continue;
    }
    if (line == "end" || line.empty()) break;
    const auto digit = [&](std::size_t i) -> unsigned {
      return i < line.size() ? (static_cast<unsigned char>(line[i]) - 0x20U) & 0x3FU : 0U;
    };
    const std::size_t length = std::min<std::size_t>(digit(0), line.size());
    for (std::size_t i = 0; i < length; ++i) {
      const std::size_t from = 1 + i / 3 * 4 + i % 3;
      const unsigned pair = digit(from) << 6U | digit(from + 1);
      decoded += static_cast<char>(pair >> (4U - 2U * (i % 3)));
    }
  }
  return decoded;
}

}  // namespace secondlook
