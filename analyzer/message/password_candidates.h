// Words of a mail that may be the password of what is attached: in Japan a file is sent in an
// encrypted ZIP and its password beside it, or in the next mail (PPAP).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

inline constexpr std::size_t kMostPasswordCandidates = 30;

// Of a rendered text (ParsedMessage::body_text): the words behind one that speaks of a password
// ("password", "Passwort", "パスワード", "解凍", "PW" …), on its line and the next three that are
// not empty. Words are 4 to 64 visible characters of ASCII, full-width ones turned into them; of
// one in brackets or with punctuation behind it the inside comes first. Each once, in their order.
std::vector<std::string> password_candidates(std::string_view text);

}  // namespace secondlook
