// People's names as impersonation needs them: equal for a reader, whatever letters, order or
// blanks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

// Two names are taken for the same person when they share a key: case, width and look of the
// letters folded (NFKC, UTS 39), what stands in brackets and punctuation left out; one key in the
// order of the words, one with the words sorted ("Yamada Taro", "Taro Yamada", "山田太郎" and "山田
// 太郎"). Empty for names of fewer than three letters.
std::vector<std::string> person_name_keys(std::string_view name);

}  // namespace secondlook
