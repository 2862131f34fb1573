#include "cli/trace_pieces.h"

#include <algorithm>

namespace secondlook {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

void append(std::string& text, char32_t c) {
  const auto byte = [&](char32_t value) {
    text += static_cast<char>(static_cast<unsigned char>(value));
  };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xC0 | c >> 6U);
  } else {
    if (c < 0x10000) {
      byte(0xE0 | c >> 12U);
    } else {
      byte(0xF0 | c >> 18U);
      byte(0x80 | (c >> 12U & 0x3F));
    }
    byte(0x80 | (c >> 6U & 0x3F));
  }
  byte(0x80 | (c & 0x3F));
}

std::string from_utf_16(std::string_view bytes, bool big_endian) {
  std::string text;
  const auto unit = [&](std::size_t at) -> char32_t {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return big_endian ? static_cast<char32_t>(first << 8U | second)
                      : static_cast<char32_t>(second << 8U | first);
  };
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const char32_t c = unit(at);
    const bool is_high = c >= 0xD800 && c < 0xDC00;
    const char32_t low = is_high && at + 3 < bytes.size() ? unit(at + 2) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      append(text, 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00));
      at += 2;
    } else {
      append(text, c >= 0xD800 && c < 0xE000 ? kReplacement : c);
    }
  }
  return text;
}

}  // namespace

std::string trace_text(std::string bytes) {
  const std::string_view all = bytes;
  if (all.starts_with("\xFF\xFE"))
    bytes = from_utf_16(all.substr(2), false);
  else if (all.starts_with("\xFE\xFF"))
    bytes = from_utf_16(all.substr(2), true);
  else if (all.starts_with("\xEF\xBB\xBF"))
    bytes.erase(0, 3);
  if (bytes.starts_with("#TYPE")) bytes.erase(0, std::min(bytes.find('\n'), bytes.size()));
  return bytes;
}

TracePieces::TracePieces(std::string_view text) : text_(text) {
  while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r'))
    if (text_[at_++] == '\n') ++line_;
  const std::size_t end = end_of_record(at_, line_);
  heading_ = text_.substr(at_, end - at_);
  at_ = end;
}

// Behind its line end; a quoted field may hold line ends.
std::size_t TracePieces::end_of_record(std::size_t from, std::uint64_t& lines) const {
  bool is_quoted = false;
  for (std::size_t at = from; at < text_.size(); ++at) {
    if (text_[at] == '"') is_quoted = !is_quoted;
    if (text_[at] != '\n') continue;
    ++lines;
    if (!is_quoted) return at + 1;
  }
  return text_.size();
}

Result<std::optional<TracePieces::Piece>> TracePieces::next() {
  if (heading_.size() > kMostBytes) return malformed("line 1: the heading does not end");
  if (is_at_end() && was_given_) return std::optional<Piece>();
  was_given_ = true;  // a file of a heading alone is told to be one, or to have a wrong one
  Piece piece{std::string(heading_), line_};
  if (!piece.content.ends_with('\n')) piece.content += '\n';
  const std::size_t first = at_;
  while (!is_at_end()) {
    std::uint64_t line = line_;
    const std::size_t end = end_of_record(at_, line);
    if (end - at_ > kMostBytes)
      return malformed("line " + std::to_string(line_) + ": a quote that is not closed");
    if (end - first > kMostBytes) break;
    at_ = end;
    line_ = line;
  }
  piece.content += text_.substr(first, at_ - first);
  return std::optional<Piece>(std::move(piece));
}

unsigned TracePieces::percent() const {
  return text_.empty() ? 100 : static_cast<unsigned>(100 * at_ / text_.size());
}

}  // namespace secondlook
