#include "tests/bench/detection_quality/detection_table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <numeric>

#include "tests/bench/detection_quality/operating_point.h"

namespace secondlook {
namespace {

constexpr std::array<double, 4> kShares = {0.0001, 0.001, 0.005, 0.01};
constexpr std::chrono::days kBetweenHalves{60};

using IsMeant = std::function<bool(const LabelledMail&)>;

bool is_phish(const LabelledMail& mail) {
  return mail.is_phish;
}
bool is_passed(const LabelledMail& mail) {
  return mail.passed_by_microsoft;
}
bool is_modern(const LabelledMail& mail) {
  return mail.is_modern_ham;
}
bool is_ham(const LabelledMail& mail) {
  return !mail.is_phish;
}

MailPlaces places_of(const std::vector<LabelledMail>& mails, const MailPlaces& places,
                     const IsMeant& is_meant) {
  MailPlaces meant;
  for (const std::size_t place : places)
    if (is_meant(mails[place])) meant.push_back(place);
  return meant;
}

std::vector<double> scores_of(const std::vector<double>& scores, const MailPlaces& places) {
  std::vector<double> chosen;
  for (const std::size_t place : places) chosen.push_back(scores[place]);
  return chosen;
}

std::string share_text(std::size_t part, std::size_t whole) {
  if (whole == 0) return "-";
  char text[64];
  const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  std::snprintf(text, sizeof text, percent > 0 && percent < 1 ? "%zu (%.2f %%)" : "%zu (%.1f %%)",
                part, percent);
  return text;
}

// Above `threshold`, of the mails at `places`.
std::string found_text(const std::vector<double>& scores, const MailPlaces& places,
                       double threshold) {
  return share_text(count_above(scores_of(scores, places), threshold), places.size());
}

void print_share_heads(const std::string& title, std::size_t ham) {
  std::printf("%-44s", title.c_str());
  for (const double share : kShares) {
    char head[64];
    std::snprintf(head, sizeof head, "%g %% (%zu of %zu)", 100 * share,
                  static_cast<std::size_t>(share * static_cast<double>(ham) + 1e-9), ham);
    std::printf(" %19s", head);
  }
  std::printf("\n");
}

}  // namespace

void print_fixed_rows(const std::string& title, const std::vector<FixedRow>& rows,
                      const std::vector<LabelledMail>& mails, const MailPlaces& places) {
  const std::array<MailPlaces, 4> columns = {
      places_of(mails, places, is_phish), places_of(mails, places, is_passed),
      places_of(mails, places, is_modern), places_of(mails, places, is_ham)};
  constexpr std::array kHeads = {"phish", "of these passed", "modern ham", "all ham"};
  std::printf("%-44s", title.c_str());
  for (std::size_t i = 0; i < columns.size(); ++i)
    std::printf(" %19s",
                (std::string(kHeads[i]) + ": " + std::to_string(columns[i].size())).c_str());
  std::printf("\n");
  for (const FixedRow& row : rows) {
    std::printf("  %-42s", row.name.c_str());
    for (const MailPlaces& column : columns) {
      const auto found = static_cast<std::size_t>(std::ranges::count_if(column, row.is_found));
      std::printf(" %19s", share_text(found, column.size()).c_str());
    }
    std::printf("\n");
  }
  std::printf("\n");
}

void print_sweep(const std::string& title, const std::vector<SweptScore>& scores,
                 const std::vector<LabelledMail>& mails, const MailPlaces& tuned,
                 const MailPlaces& judged) {
  const MailPlaces tuned_ham = places_of(mails, tuned, is_modern);
  print_share_heads(title, tuned_ham.size());
  for (const SweptScore& swept : scores) {
    std::array<double, kShares.size()> thresholds{};
    for (std::size_t i = 0; i < kShares.size(); ++i)
      thresholds[i] = point_at_share(scores_of(swept.scores, tuned_ham), kShares[i]).threshold;
    const auto print_row = [&](const std::string& name, const IsMeant& is_meant) {
      const MailPlaces places = places_of(mails, judged, is_meant);
      std::printf("  %-42s", name.c_str());
      for (const double threshold : thresholds)
        std::printf(" %19s", found_text(swept.scores, places, threshold).c_str());
      std::printf("\n");
    };
    print_row(swept.name, is_phish);
    print_row("    of those that Microsoft passed", is_passed);
    print_row("    modern ham found with them", is_modern);
    std::printf("  %-42s", "    threshold: more than");
    for (const double threshold : thresholds) std::printf(" %19.2f", threshold);
    std::printf("\n");
  }
  std::printf("\n");
}

MailPlaces all_places(const std::vector<LabelledMail>& mails) {
  MailPlaces places(mails.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

SplitPlaces split_by_date(const std::vector<LabelledMail>& mails, Timestamp split) {
  SplitPlaces places;
  for (std::size_t i = 0; i < mails.size(); ++i) {
    if (!mails[i].written_at) continue;
    if (*mails[i].written_at < split) places.older.push_back(i);
    if (*mails[i].written_at >= split + kBetweenHalves) places.newer.push_back(i);
  }
  return places;
}

}  // namespace secondlook
