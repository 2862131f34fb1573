// The mails of tests/cases/japanese: templates that people read, made into the bytes that Japanese
// programs send. How a template is written stands in tests/cases/japanese/README.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook::test {

// Throws what is wrong with the template. `id` becomes the Message-ID's beginning.
std::string make_japanese_mail(std::string_view written, std::string_view id);

struct JapaneseMail {
  std::string path;  // "phish/bank/yucho_limit"
  std::string kind;  // "phish/bank"
  bool is_phish = false;
  std::string bytes;
};

// All of a directory, by path. Throws with the path of the first that is wrong.
std::vector<JapaneseMail> read_japanese_mails(const std::string& directory);

}  // namespace secondlook::test
