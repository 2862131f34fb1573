#include "analyzer/person_name.h"

#include <algorithm>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

namespace secondlook {
namespace {

constexpr std::size_t kLongestName = 256;
constexpr std::int32_t kFewestLetters = 3;

// What stands in brackets of any width says what somebody is, not who.
icu::UnicodeString without_brackets(const icu::UnicodeString& name) {
  icu::UnicodeString rest;
  int depth = 0;
  for (std::int32_t i = 0; i < name.length(); i = name.moveIndex32(i, 1)) {
    const UChar32 c = name.char32At(i);
    if (c == '(' || c == '[' || c == '<') ++depth;
    if (depth == 0) rest.append(c);
    if ((c == ')' || c == ']' || c == '>') && depth > 0) --depth;
  }
  return rest;
}

std::vector<std::string> words_of(const icu::UnicodeString& name) {
  std::vector<std::string> words;
  icu::UnicodeString word;
  const auto end_word = [&] {
    if (!word.isEmpty()) word.toUTF8String(words.emplace_back());
    word.remove();
  };
  for (std::int32_t i = 0; i < name.length(); i = name.moveIndex32(i, 1)) {
    const UChar32 c = name.char32At(i);
    if (u_isalnum(c))
      word.append(c);
    else if (u_charType(c) != U_NON_SPACING_MARK && u_charType(c) != U_FORMAT_CHAR)
      end_word();
  }
  end_word();
  return words;
}

icu::UnicodeString look_of_name(const icu::UnicodeString& name) {
  UErrorCode status = U_ZERO_ERROR;
  static USpoofChecker* const checker = [] {
    UErrorCode opened = U_ZERO_ERROR;
    return uspoof_open(&opened);
  }();
  icu::UnicodeString look;
  if (checker != nullptr) uspoof_getSkeletonUnicodeString(checker, 0, name, look, &status);
  return checker != nullptr && U_SUCCESS(status) ? look : name;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += word;
  return all;
}

}  // namespace

std::vector<std::string> person_name_keys(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return {};
  const auto whole = icu::UnicodeString::fromUTF8(icu::StringPiece(
      name.data(), static_cast<std::int32_t>(std::min(name.size(), kLongestName))));
  icu::UnicodeString folded = folding->normalize(whole, status);
  if (U_FAILURE(status)) return {};
  folded = look_of_name(without_brackets(folded));
  std::vector<std::string> words = words_of(folded);
  std::vector<std::string> keys = {joined(words)};
  if (icu::UnicodeString::fromUTF8(keys[0]).countChar32() < kFewestLetters) return {};
  std::ranges::sort(words);
  if (std::string sorted = joined(words); sorted != keys[0]) keys.push_back(std::move(sorted));
  return keys;
}

}  // namespace secondlook
