#include "tests/support/mail_headers.h"

#include <algorithm>
#include <cctype>
#include <regex>

#include <openssl/evp.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

namespace secondlook::stand_in {

namespace {

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::string unfolded(std::string_view raw) {
  std::string value;
  for (const char letter : raw) {
    if (letter != '\r' && letter != '\n') value += letter;
  }
  return trimmed(value);
}

std::string decode_q(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '_') {
      bytes += ' ';
    } else if (text[at] == '=' && at + 2 < text.size() &&
               std::isxdigit(static_cast<unsigned char>(text[at + 1])) != 0 &&
               std::isxdigit(static_cast<unsigned char>(text[at + 2])) != 0) {
      bytes += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else {
      bytes += text[at];
    }
  }
  return bytes;
}

std::string to_utf8(const std::string& bytes, const std::string& charset) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* const converter = ucnv_open(charset.c_str(), &status);
  if (U_FAILURE(status)) return bytes;
  const icu::UnicodeString text(bytes.data(), static_cast<int32_t>(bytes.size()), converter,
                                status);
  ucnv_close(converter);
  std::string utf8;
  return text.toUTF8String(utf8);
}

}  // namespace

const MailHeader* MailHeaders::find(std::string_view name) const {
  const std::string wanted = lower_case(name);
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const MailHeader& field) {
    return lower_case(field.name) == wanted;
  });
  return found == fields.end() ? nullptr : &*found;
}

std::string MailHeaders::value(std::string_view name) const {
  const MailHeader* const found = find(name);
  return found == nullptr ? "" : found->value;
}

MailHeaders read_mail_headers(std::string_view mail) {
  MailHeaders headers;
  std::size_t at = 0;
  while (at < mail.size()) {
    const std::size_t end = std::min(mail.find('\n', at), mail.size());
    const std::string_view line = mail.substr(at, end - at);
    at = std::min(end + 1, mail.size());
    if (line.empty() || line == "\r") break;
    const std::size_t colon = line.find(':');
    const bool is_folded = line.front() == ' ' || line.front() == '\t';
    if (is_folded && !headers.fields.empty()) {
      headers.fields.back().raw.append("\n").append(line);
    } else if (colon != line.npos) {
      headers.fields.push_back(
          {std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)), ""});
    }
  }
  headers.body_offset = at;
  for (MailHeader& field : headers.fields) {
    if (field.raw.ends_with('\r')) field.raw.pop_back();
    field.value = unfolded(field.raw);
  }
  return headers;
}

std::string decode_words(std::string_view value) {
  static const std::regex kWord(R"(=\?([^?*]+)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=)");
  const std::string text(value);
  std::string decoded;
  std::size_t at = 0;
  for (std::sregex_iterator word(text.begin(), text.end(), kWord), none; word != none; ++word) {
    const auto start = static_cast<std::size_t>(word->position());
    const std::string between = text.substr(at, start - at);
    const bool joins_words = at > 0 && trimmed(between).empty();
    if (!joins_words) decoded += between;
    const bool is_base64 = word->str(2) == "B" || word->str(2) == "b";
    const std::string bytes = is_base64 ? decode_base64(word->str(3)) : decode_q(word->str(3));
    decoded += to_utf8(bytes, word->str(1));
    at = start + static_cast<std::size_t>(word->length());
  }
  return decoded + text.substr(at);
}

std::string first_address(std::string_view value) {
  const std::size_t open = value.rfind('<');
  const std::size_t close = value.find('>', open == value.npos ? 0 : open);
  if (open != value.npos && close != value.npos) {
    return trimmed(value.substr(open + 1, close - open - 1));
  }
  return trimmed(value.substr(0, value.find(',')));
}

std::string display_name(std::string_view value) {
  const std::size_t open = value.rfind('<');
  if (open == value.npos) return "";
  std::string name = trimmed(value.substr(0, open));
  if (name.size() > 1 && name.starts_with('"') && name.ends_with('"')) {
    name = name.substr(1, name.size() - 2);
  }
  return decode_words(name);
}

std::string with_crlf(std::string_view text) {
  std::string result;
  result.reserve(text.size() + text.size() / 30);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') continue;
    if (text[at] == '\r' || text[at] == '\n') {
      result += "\r\n";
    } else {
      result += text[at];
    }
  }
  return result;
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (char& letter : lowered) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lowered;
}

std::string domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == address.npos ? "" : lower_case(address.substr(at + 1));
}

std::string encode_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string decode_base64(std::string_view text) {
  std::string kept;
  for (const char letter : text) {
    if (std::isspace(static_cast<unsigned char>(letter)) == 0) kept += letter;
  }
  std::string bytes(3 * (kept.size() / 4) + 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(kept.data()),
                                     static_cast<int>(kept.size()));
  if (length < 0) return "";
  const auto padding =
      std::min<std::size_t>(2, kept.size() - std::min(kept.size(), kept.find_last_not_of('=') + 1));
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

}  // namespace secondlook::stand_in
