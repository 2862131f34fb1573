#include "tests/bench/detection_quality/labelled_mail.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace secondlook {
namespace {

// ../shared/corpus/README.md names them: lists, bounces and services of 2019 to 2026.
constexpr std::array<std::string_view, 4> kModernSources = {"list_usrp", "list_openbmc",
                                                            "bounces_sisimai", "transactional_ha"};

void add_class(const std::filesystem::path& folder, bool is_phish,
               std::vector<LabelledMail>& mails) {
  std::error_code error;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (!file.is_regular_file() || file.file_size() == 0) continue;
    LabelledMail mail;
    mail.path = file.path().string();
    mail.is_phish = is_phish;
    const std::string source = file.path().lexically_relative(folder).begin()->string();
    mail.is_modern_ham =
        !is_phish && std::ranges::find(kModernSources, source) != kModernSources.end();
    mails.push_back(std::move(mail));
  }
}

long long seconds_of(const LabelledMail& mail) {
  return std::chrono::floor<std::chrono::seconds>(*mail.written_at).time_since_epoch().count();
}

}  // namespace

Result<std::vector<LabelledMail>> find_labelled_mails(const std::string& directory) {
  std::vector<LabelledMail> mails;
  const std::filesystem::path root(directory);
  add_class(root / "phish", true, mails);
  const std::size_t phish = mails.size();
  add_class(root / "ham", false, mails);
  if (phish == 0 || phish == mails.size())
    return not_found(directory + ": no mails in folders phish and ham");
  std::ranges::sort(mails, {}, &LabelledMail::path);
  if (std::ranges::none_of(mails, &LabelledMail::is_modern_ham))
    for (LabelledMail& mail : mails) mail.is_modern_ham = !mail.is_phish;
  return mails;
}

Result<void> write_labels(const std::string& file, const std::vector<LabelledMail>& mails) {
  std::ofstream out(file);
  for (const LabelledMail& mail : mails) {
    out << mail.path << '\t' << mail.is_phish << mail.is_modern_ham << mail.passed_by_microsoft
        << '\t';
    if (mail.written_at) out << seconds_of(mail);
    out << '\n';
  }
  if (!out.flush()) return temporary(file + ": cannot be written");
  return {};
}

Result<std::vector<LabelledMail>> read_labels(const std::string& file) {
  std::ifstream in(file);
  std::vector<LabelledMail> mails;
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string flags, seconds;
    LabelledMail mail;
    std::getline(fields, mail.path, '\t');
    std::getline(fields, flags, '\t');
    std::getline(fields, seconds);
    if (flags.size() != 3) return malformed(file + ": " + line);
    mail.is_phish = flags[0] == '1';
    mail.is_modern_ham = flags[1] == '1';
    mail.passed_by_microsoft = flags[2] == '1';
    if (!seconds.empty()) mail.written_at = Timestamp(std::chrono::seconds(std::stoll(seconds)));
    mails.push_back(std::move(mail));
  }
  if (mails.empty()) return not_found(file + ": no mails in it");
  return mails;
}

}  // namespace secondlook
