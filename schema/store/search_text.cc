#include "schema/store/search_text.h"

#include <algorithm>
#include <array>
#include <memory>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "schema/utf8_text.h"

namespace secondlook {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Scripts written without spaces, whose runs SQLite's unicode61 would take as one word.
bool stands_alone(UChar32 character) {
  constexpr std::array kScripts = {USCRIPT_HAN,    USCRIPT_HIRAGANA, USCRIPT_KATAKANA,
                                   USCRIPT_HANGUL, USCRIPT_BOPOMOFO, USCRIPT_THAI,
                                   USCRIPT_LAO,    USCRIPT_KHMER,    USCRIPT_MYANMAR};
  if (character < 0x0E00 || !u_isalnum(character)) return false;
  return std::any_of(kScripts.begin(), kScripts.end(),
                     [&](UScriptCode script) { return uscript_hasScript(character, script) != 0; });
}

bool has_word_character(std::string_view text) {
  const icu::UnicodeString wide = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  for (std::int32_t i = 0; i < wide.length(); i = wide.moveIndex32(i, 1))
    if (u_isalnum(wide.char32At(i))) return true;
  return false;
}

// Whether every version of ICU that we may meet folds it the same: Unicode never changes what it
// once assigned.
bool is_settled(UChar32 character) {
  constexpr std::uint8_t kUnicode = 15;
  UVersionInfo age{};
  u_charAge(character, age);
  return age[0] > 0 && age[0] <= kUnicode;
}

icu::UnicodeString settled(const icu::UnicodeString& text) {
  icu::UnicodeString result;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 character = text.char32At(i);
    result.append(is_settled(character) ? character : UChar32{' '});
  }
  return result;
}

icu::UnicodeString folded(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  const icu::UnicodeString wide = settled(icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()))));
  if (U_FAILURE(status)) return wide;
  icu::UnicodeString result = fold->normalize(wide, status);
  return U_SUCCESS(status) ? result : wide;
}

}  // namespace

std::string indexed_text(std::string_view text, std::size_t most_bytes) {
  // Most texts, and what is below comes to no more for them.
  if (is_ascii(text)) {
    std::string plain = lower_ascii(text.substr(0, most_bytes));
    std::ranges::replace(plain, '\0', ' ');
    return plain;
  }
  const icu::UnicodeString wide = folded(bounded_utf8(text, most_bytes));
  icu::UnicodeString spaced;
  for (std::int32_t i = 0; i < wide.length(); i = wide.moveIndex32(i, 1)) {
    const UChar32 character = wide.char32At(i);
    const bool alone = stands_alone(character);
    if (alone) spaced.append(u' ');
    // A NUL would end the text for SQLite's functions.
    spaced.append(character == 0 ? UChar32{' '} : character);
    if (alone) spaced.append(u' ');
  }
  std::string result;
  spaced.toUTF8String(result);
  return result.size() <= most_bytes ? result : bounded_utf8(result, most_bytes);
}

std::string match_phrase(std::string_view text) {
  const std::string words = indexed_text(text, 4096);
  if (!has_word_character(words)) return {};
  std::string phrase = "\"";
  for (const char c : words) {
    if (c == '"') phrase += '"';
    phrase += c;
  }
  return phrase + "\"";
}

std::string lower_ascii(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

std::string domain_key(std::string_view domain) {
  if (is_ascii(domain)) return lower_ascii(domain);
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, decltype(&uidna_close)> idna(
      uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &status), &uidna_close);
  std::array<char, 512> ascii_name{};
  UIDNAInfo information = UIDNA_INFO_INITIALIZER;
  const std::int32_t length = uidna_nameToASCII_UTF8(
      idna.get(), domain.data(), static_cast<std::int32_t>(domain.size()), ascii_name.data(),
      static_cast<std::int32_t>(ascii_name.size()), &information, &status);
  if (U_FAILURE(status) || information.errors != 0 || length <= 0) return lower_ascii(domain);
  return {ascii_name.data(), static_cast<std::size_t>(length)};
}

}  // namespace secondlook
