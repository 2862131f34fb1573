#include "tests/bench/detection_quality/honeypot_address.h"

#include <algorithm>
#include <optional>

#include "analyzer/message/ascii.h"
#include "analyzer/message/body_decoder.h"
#include "tests/support/mail_headers.h"

namespace secondlook {
namespace {

// Where an address stands in a text, and how its "@" is written there.
struct FoundAddress {
  std::size_t end = 0;
  std::string_view at_sign;
  bool has_soft_break = false;
};

std::size_t soft_break_length(std::string_view text) {
  if (text.starts_with("=\r\n")) return 3;
  return text.starts_with("=\n") ? 2 : 0;
}

std::string_view at_sign_of(std::string_view text) {
  for (const std::string_view spelled : {"@", "%40", "=40"})
    if (text.starts_with(spelled)) return text.substr(0, spelled.size());
  return {};
}

std::optional<FoundAddress> address_at(std::string_view text, std::size_t start,
                                       std::string_view address) {
  FoundAddress found;
  std::size_t at = start;
  for (const char letter : address) {
    if (const auto soft = soft_break_length(text.substr(at)); soft > 0 && at > start) {
      at += soft;
      found.has_soft_break = true;
    }
    if (at >= text.size()) return std::nullopt;
    std::size_t length = ascii_lower(text[at]) == ascii_lower(letter) ? 1 : 0;
    if (letter == '@') {
      found.at_sign = at_sign_of(text.substr(at));
      length = found.at_sign.size();
    }
    if (length == 0) return std::nullopt;
    at += length;
  }
  found.end = at;
  return found;
}

std::size_t end_of_second_host(std::string_view text, std::size_t at) {
  const std::string_view sign = at_sign_of(text.substr(at));
  if (sign.empty()) return at;
  std::size_t end = at + sign.size();
  while (end < text.size() &&
         (is_letter(text[end]) || is_digit(text[end]) || text[end] == '.' || text[end] == '-'))
    ++end;
  return end > at + sign.size() ? end : at;
}

std::string spelled_with(std::string_view address, std::string_view at_sign) {
  const std::size_t at = address.find('@');
  std::string spelled(address.substr(0, at));
  return spelled.append(at_sign).append(address.substr(at + 1));
}

std::string with_written_addresses_replaced(std::string_view text, std::string_view address,
                                            std::string_view replacement) {
  std::string replaced;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = address_at(text, at, address);
    if (!found) {
      replaced += text[at++];
      continue;
    }
    // In front of the address no line grows beyond the 76 that quoted-printable permits.
    if (found->has_soft_break) replaced += "=\r\n";
    replaced += spelled_with(replacement, found->at_sign);
    at = end_of_second_host(text, found->end);
  }
  return replaced;
}

// Base64 that begins with the address, as links carry it. Only whole groups of four are alike
// whatever follows, so that both lengths have to be multiples of three.
std::string with_tokens_replaced(std::string text, std::string_view address,
                                 std::string_view replacement) {
  if (address.size() % 3 != 0 || replacement.size() % 3 != 0) return text;
  const std::string token = stand_in::encode_base64(address);
  const std::string other = stand_in::encode_base64(replacement);
  for (auto at = text.find(token); at != text.npos; at = text.find(token, at + other.size()))
    text.replace(at, token.size(), other);
  return text;
}

std::string with_plain_text_replaced(std::string_view text, std::string_view address,
                                     std::string_view replacement) {
  return with_tokens_replaced(with_written_addresses_replaced(text, address, replacement), address,
                              replacement);
}

bool is_base64_line(std::string_view line) {
  return !line.empty() && std::ranges::all_of(line, [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
  });
}

std::string_view line_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return text.substr(at, end == text.npos ? text.npos : end + 1 - at);
}

// The lines of base64 from `at` on; empty where none begins.
std::string_view base64_lines_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_base64_line(trim(line_at(text, end))))
    end += line_at(text, end).size();
  return text.substr(at, end - at);
}

std::string broken_into_lines(std::string_view text, std::size_t width) {
  std::string lines;
  for (; !text.empty(); text.remove_prefix(std::min(width, text.size())))
    lines.append(text.substr(0, width)).append("\r\n");
  return lines;
}

// Encoded again, in lines as long as they were, only where the address stands in what they hold.
std::string with_base64_replaced(std::string_view lines, std::string_view address,
                                 std::string_view replacement) {
  const std::string decoded = decode_base64(lines);
  const std::string replaced = with_plain_text_replaced(decoded, address, replacement);
  if (replaced == decoded) return std::string(lines);
  return broken_into_lines(stand_in::encode_base64(replaced), trim(line_at(lines, 0)).size());
}

}  // namespace

std::string with_address_replaced(std::string_view text, std::string_view address,
                                  std::string_view replacement) {
  std::string with_lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view encoded = base64_lines_at(text, at);
    const std::string_view taken = encoded.empty() ? line_at(text, at) : encoded;
    with_lines +=
        encoded.empty() ? std::string(taken) : with_base64_replaced(taken, address, replacement);
    at += taken.size();
  }
  return with_plain_text_replaced(with_lines, address, replacement);
}

}  // namespace secondlook
