#include "analyzer/message/normalised_text.h"

#include <algorithm>
#include <utility>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "analyzer/message/charset.h"
#include "analyzer/message/japanese_letters.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestPiece = 64 * 1024;  // of a line, normalised at once

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & '\x80') == 0; });
}

// Before NFKC, which would let them stand between a kana and its mark.
std::string without_ignorable(std::string_view utf8) {
  std::string kept;
  kept.reserve(utf8.size());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
  const auto size = static_cast<std::int32_t>(utf8.size());
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t begin = at;
    UChar32 character = 0;
    U8_NEXT_OR_FFFD(bytes, at, size, character);
    if (character < 0x80) {
      kept += static_cast<char>(character);
    } else if (character == 0x309B || character == 0x309C) {  // ゛゜: the marks that compose
      kept += character == 0x309B ? "\xE3\x82\x99" : "\xE3\x82\x9A";
    } else if (!u_hasBinaryProperty(character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      kept.append(utf8, static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin));
    }
  }
  return kept;
}

std::u32string characters_of(const std::string& utf8) {
  std::u32string characters;
  characters.reserve(utf8.size() / 2);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
  const auto size = static_cast<std::int32_t>(utf8.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 character = 0;
    U8_NEXT_OR_FFFD(bytes, at, size, character);
    characters += static_cast<char32_t>(character);
  }
  return characters;
}

// As it is where ICU cannot: it has no memory.
std::u32string composed(std::string_view line) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
  const std::string kept = without_ignorable(line);
  if (U_FAILURE(status)) return characters_of(kept);
  std::string text;
  icu::StringByteSink<std::string> sink(&text);
  nfkc->normalizeUTF8(0, kept, sink, nullptr, status);
  return characters_of(U_FAILURE(status) ? kept : text);
}

void append_characters(std::string& out, const std::u32string& characters) {
  for (const char32_t character : characters) append_utf8(out, character);
}

// A line feed stands at a line's end only, so that pieces of a very long line are not torn there.
std::string_view take_piece(std::string_view& rest) {
  std::size_t end = std::min(rest.find('\n'), rest.size());
  if (end > kLongestPiece) {
    end = kLongestPiece;
    while (end > kLongestPiece - 4 && (static_cast<unsigned char>(rest[end]) & 0xC0U) == 0x80U)
      --end;
  } else if (end < rest.size()) {
    ++end;
  }
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(end);
  return piece;
}

}  // namespace

NormalisedText normalised_text(std::string_view utf8, std::size_t most_bytes) {
  NormalisedText normalised;
  normalised.text.reserve(std::min(utf8.size(), most_bytes));
  while (!utf8.empty()) {
    if (normalised.text.size() >= most_bytes) {
      normalised.cut = true;
      break;
    }
    const std::string_view piece = take_piece(utf8);
    if (is_ascii(piece)) {
      normalised.text += piece;
      continue;
    }
    std::u32string characters = composed(piece);
    undo_lookalikes(characters);
    join_words(characters);
    read_kanji_numbers(characters);
    append_characters(normalised.text, characters);
  }
  return normalised;
}

}  // namespace secondlook
