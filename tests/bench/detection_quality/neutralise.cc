// bench_neutralise CORPUS OUT: writes the neutral form (neutral_mail.h) of each mail
// beneath CORPUS into OUT/mails, and OUT/labels (labelled_mail.h). Prints the leak report: the
// header names that differ the most between phish and modern ham, untouched and neutral, and what a
// judge finds by names alone. Exit 1 when that is more than a tenth of the phish at 0.1 % of ham,
// the share at which recall is quoted.
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>

#include "base/file_descriptor.h"
#include "tests/bench/detection_quality/header_leak.h"
#include "tests/bench/detection_quality/labelled_mail.h"
#include "tests/bench/detection_quality/neutral_mail.h"
#include "tests/bench/detection_quality/operating_point.h"

using namespace secondlook;

namespace {

constexpr std::size_t kLargestMail = std::size_t{256} << 20;
constexpr std::size_t kNamesShown = 10;
constexpr double kMostFoundByNames = 0.1;
constexpr int kHighestLevelPassed = 4;  // Exchange moves 5 and more to Junk Email

struct NamesByClass {
  std::vector<HeaderNames> phish, ham;

  void add(const LabelledMail& mail, std::string_view bytes) {
    if (mail.is_phish) phish.push_back(header_names(bytes));
    if (mail.is_modern_ham) ham.push_back(header_names(bytes));
  }
};

// Makes one mail neutral and fills in what its untouched form says.
Result<void> neutralise(LabelledMail& mail, const std::string& to, NamesByClass& before,
                        NamesByClass& after) {
  const auto bytes = read_file(mail.path, kLargestMail);
  if (!bytes) return bytes.error();
  const auto level = spam_confidence_level(*bytes);
  mail.passed_by_microsoft = mail.is_phish && level && *level <= kHighestLevelPassed;
  mail.written_at = written_at(*bytes);
  const std::string neutral = neutral_mail(*bytes);
  before.add(mail, *bytes);
  after.add(mail, neutral);
  mail.path = to;
  std::filesystem::create_directories(std::filesystem::path(to).parent_path());
  auto file = open_file(to, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file) return std::move(file).error();
  return write_fully(file->number(), neutral);
}

// The share of the phish that the judge of names finds at 0.1 % of ham.
double print_leaks(const char* title, const NamesByClass& names) {
  std::printf("%-56s %10s %12s\n", title, "in phish", "modern ham");
  for (const NameRate& rate : most_telling_names(names.phish, names.ham, kNamesShown))
    std::printf("  %-54s %8.1f %% %10.1f %%\n", rate.name.c_str(), 100 * rate.in_phish,
                100 * rate.in_ham);
  const NamesJudge judge = judge_by_names(names.phish, names.ham);
  const auto found_at = [&](double share) {
    const OperatingPoint point = point_at_share(judge.ham_scores, share);
    return static_cast<double>(count_above(judge.phish_scores, point.threshold)) /
           static_cast<double>(judge.phish_scores.size());
  };
  std::printf(
      "  names alone: %.1f %% of phish at 0.1 %% of modern ham, %.1f %% at 1 %%; "
      "%.3f of pairs told apart\n\n",
      100 * found_at(0.001), 100 * found_at(0.01),
      pairs_told_apart(judge.phish_scores, judge.ham_scores));
  return found_at(0.001);
}

int run(const std::string& corpus, const std::string& out) {
  auto mails = find_labelled_mails(corpus);
  if (!mails) {
    std::fprintf(stderr, "bench_neutralise: %s\n", mails.error().message.c_str());
    return 2;
  }
  NamesByClass before, after;
  for (LabelledMail& mail : *mails) {
    const auto relative = std::filesystem::path(mail.path).lexically_relative(corpus);
    const auto done = neutralise(mail, out + "/mails/" + relative.string(), before, after);
    if (!done) {
      std::fprintf(stderr, "bench_neutralise: %s\n", done.error().message.c_str());
      return 2;
    }
  }
  if (const auto written = write_labels(out + "/labels", *mails); !written) return 2;
  print_leaks("header names that tell most, untouched", before);
  const double found = print_leaks("header names that tell most, neutral", after);
  if (found <= kMostFoundByNames) return 0;
  std::fprintf(stderr, "LEAK: header names alone tell the classes apart\n");
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "bench_neutralise CORPUS OUT\n");
    return 2;
  }
  return run(arguments[1], arguments[2]);
}
