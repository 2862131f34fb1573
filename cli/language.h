// Which language a command speaks to people, and sentences in each. JSON's names and values stay as
// they are in any language; sentences in it follow the choice.
//
// The choice, one way for all commands: --lang en|ja, else Japanese where `lang` of the
// configuration says so, else the locale as POSIX orders it (LC_ALL, LC_MESSAGES, LANG; the first
// that is set and not empty): Japanese when its value begins with "ja", else English. Bytes are
// UTF-8 whatever the locale's charset: a terminal of ours shows nothing else.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.h"

namespace secondlook {

enum class Language { english, japanese };

// A sentence in both. "{1}", "{2}" ... are places for values, in any order, each as often as
// wanted.
struct Phrase {
  std::string_view english, japanese;
};

using ReadEnvironment = std::function<const char*(const char* name)>;

// `option`: the value of --lang, empty when it was not given; malformed for another language.
// `configured`: the configuration's, empty where there is none.
Result<Language> choose_language(std::string_view option, std::string_view configured,
                                 const ReadEnvironment& environment);
// The same with this process's environment.
Result<Language> choose_language(std::string_view option, std::string_view configured);

// The values go in as they are: who prints makes the whole sentence safe (terminal_text.h).
std::string say(Language language, const Phrase& phrase,
                std::initializer_list<std::string_view> values = {});

}  // namespace secondlook
