#include "analyzer/message/header_decoder.h"

#include <algorithm>
#include <optional>

#include "analyzer/message/ascii.h"
#include "analyzer/message/body_decoder.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

struct EncodedWord {
  std::string_view charset;
  bool base64 = false;
  std::string_view text;
  std::size_t end = 0;  // behind the closing ?=
};

// Reads the word that begins with "=?" at `at`. `last_close` is where the last "?=" of the value
// stands: beyond it there is nothing to search for.
std::optional<EncodedWord> read_encoded_word(std::string_view text, std::size_t at,
                                             std::size_t last_close) {
  constexpr std::size_t kLongestCharset = 60;
  const auto head = text.substr(at + 2, kLongestCharset);
  const std::size_t mark = head.find('?');
  if (mark == std::string_view::npos || mark == 0) return std::nullopt;
  const std::size_t kind = at + 2 + mark + 1;
  if (kind + 1 >= text.size() || text[kind + 1] != '?') return std::nullopt;
  const char letter = ascii_lower(text[kind]);
  if (letter != 'b' && letter != 'q') return std::nullopt;
  const std::size_t start = kind + 2;
  if (last_close == std::string_view::npos || start > last_close) return std::nullopt;
  const std::size_t close = text.find("?=", start);
  EncodedWord word;
  word.charset = head.substr(0, mark);
  word.charset = word.charset.substr(0, word.charset.find('*'));
  word.base64 = letter == 'b';
  word.text = text.substr(start, close - start);
  word.end = close + 2;
  return word;
}

std::string decode_q(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '=' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      bytes += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      bytes += text[i] == '_' ? ' ' : text[i];
    }
  }
  return bytes;
}

// Collects bytes of neighbouring words until the charset changes.
class WordJoiner {
 public:
  void add(const EncodedWord& word) {
    if (!equals_ignoring_case(word.charset, charset_)) flush();
    charset_ = word.charset;
    bytes_ += word.base64 ? decode_base64(word.text) : decode_q(word.text);
    open_ = true;
  }
  void add_plain(std::string_view text, std::string_view charset) {
    flush();
    decoded_ += to_utf8(text, charset);
  }
  bool open() const { return open_; }
  std::string take() {
    flush();
    return std::move(decoded_);
  }

 private:
  void flush() {
    if (open_) decoded_ += to_utf8(bytes_, charset_);
    bytes_.clear();
    charset_ = {};
    open_ = false;
  }

  std::string decoded_, bytes_;
  std::string_view charset_;
  bool open_ = false;
};

std::string decode_words(std::string_view text, std::string_view charset) {
  const std::size_t last_close = text.rfind("?=");
  WordJoiner joiner;
  std::size_t plain = 0;  // where undecoded text begins
  for (std::size_t at = text.find("=?"); at != std::string_view::npos;) {
    const auto word = read_encoded_word(text, at, last_close);
    if (!word) {
      at = text.find("=?", at + 2);
      continue;
    }
    const std::string_view between = text.substr(plain, at - plain);
    const bool only_blanks = between.find_first_not_of(" \t") == std::string_view::npos;
    if (!joiner.open() || !only_blanks) joiner.add_plain(between, charset);  // RFC 2047 §6.2
    joiner.add(*word);
    plain = word->end;
    at = text.find("=?", plain);
  }
  joiner.add_plain(text.substr(plain), charset);
  return joiner.take();
}

}  // namespace

std::string unfold(std::string_view raw) {
  std::string_view value = trim(raw);
  std::string line;
  line.reserve(value.size());
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    std::string_view piece = value.substr(0, end);
    while (piece.ends_with('\r')) piece.remove_suffix(1);
    line += piece;
    if (end == value.size()) break;
    value.remove_prefix(end + 1);
    line += ' ';
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  }
  if (line.find('\r') != std::string::npos) std::erase(line, '\r');
  return line;
}

std::string decode_header(std::string_view raw, std::string_view charset_of_bare_bytes) {
  std::string line = unfold(raw);
  if (line.find("=?") != std::string::npos) return decode_words(line, charset_of_bare_bytes);
  if (line.find('\x1b') == std::string::npos && is_valid_utf8(line)) return line;
  return to_utf8(line, charset_of_bare_bytes);
}

}  // namespace secondlook
