#include "cli/language.h"

#include <cstdlib>

namespace secondlook {

Result<Language> choose_language(std::string_view option, std::string_view configured,
                                 const ReadEnvironment& environment) {
  if (option == "en") return Language::english;
  if (option == "ja") return Language::japanese;
  if (!option.empty())
    return malformed("--lang: \"" + std::string(option) + "\" is not known (possible: en, ja)");
  if (configured == "ja") return Language::japanese;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = environment(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    const bool is_japanese =
        locale == "ja" || locale.starts_with("ja_") || locale.starts_with("ja.");
    return is_japanese ? Language::japanese : Language::english;
  }
  return Language::english;
}

Result<Language> choose_language(std::string_view option, std::string_view configured) {
  return choose_language(option, configured, [](const char* name) { return std::getenv(name); });
}

std::string say(Language language, const Phrase& phrase,
                std::initializer_list<std::string_view> values) {
  const std::string_view text = language == Language::japanese ? phrase.japanese : phrase.english;
  std::string sentence;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_place = text[at] == '{' && at + 2 < text.size() && text[at + 2] == '}' &&
                          text[at + 1] >= '1' && text[at + 1] <= '9';
    if (!is_place) {
      sentence += text[at];
      continue;
    }
    const auto number = static_cast<std::size_t>(text[at + 1] - '1');
    if (number < values.size()) sentence += values.begin()[number];
    at += 2;
  }
  return sentence;
}

}  // namespace secondlook
