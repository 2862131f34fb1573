#include "tests/bench/detection_quality/header_leak.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "analyzer/message/ascii.h"
#include "tests/support/mail_headers.h"

namespace secondlook {
namespace {

struct NameCounts {
  std::map<std::string, double> mails;
  double all = 0;
};

// Of the mails at odd or even places, or of all.
NameCounts count_names(const std::vector<HeaderNames>& mails, std::optional<std::size_t> half) {
  NameCounts counts;
  for (std::size_t i = 0; i < mails.size(); ++i) {
    if (half && i % 2 != *half) continue;
    ++counts.all;
    for (const std::string& name : mails[i]) ++counts.mails[name];
  }
  return counts;
}

double mails_with(const NameCounts& counts, const std::string& name) {
  const auto found = counts.mails.find(name);
  return found == counts.mails.end() ? 0 : found->second;
}

double rate_of(const NameCounts& counts, const std::string& name) {
  return counts.all > 0 ? mails_with(counts, name) / counts.all : 0;
}

HeaderNames names_of_both(const NameCounts& phish, const NameCounts& ham) {
  HeaderNames names;
  for (const NameCounts* counts : {&phish, &ham})
    for (const auto& [name, mails] : counts->mails) names.insert(name);
  return names;
}

// What a name's presence, and its absence, add to the logarithm of the odds that a mail is phish.
struct Weight {
  double present = 0, absent = 0;
};

std::map<std::string, Weight> learn_weights(const NameCounts& phish, const NameCounts& ham) {
  // Laplace's one more of each kind: a name never seen in a class is not proof against it.
  const auto smoothed = [](const NameCounts& counts, const std::string& name) {
    return (mails_with(counts, name) + 1) / (counts.all + 2);
  };
  std::map<std::string, Weight> weights;
  for (const std::string& name : names_of_both(phish, ham)) {
    const double in_phish = smoothed(phish, name), in_ham = smoothed(ham, name);
    weights[name] = {std::log(in_phish / in_ham), std::log((1 - in_phish) / (1 - in_ham))};
  }
  return weights;
}

double score_of(const HeaderNames& names, const std::map<std::string, Weight>& weights) {
  double score = 0;
  for (const auto& [name, weight] : weights)
    score += names.contains(name) ? weight.present : weight.absent;
  return score;
}

}  // namespace

HeaderNames header_names(std::string_view mail) {
  HeaderNames names;
  for (const stand_in::MailHeader& field : stand_in::read_mail_headers(mail).fields) {
    const std::string name = to_ascii_lower(trim(field.name));
    if (name.find_first_of(" \t") == name.npos) names.insert(name);  // no mbox "From " line
  }
  return names;
}

std::vector<NameRate> most_telling_names(const std::vector<HeaderNames>& phish,
                                         const std::vector<HeaderNames>& ham, std::size_t most) {
  const NameCounts in_phish = count_names(phish, {}), in_ham = count_names(ham, {});
  std::vector<NameRate> rates;
  for (const std::string& name : names_of_both(in_phish, in_ham))
    rates.push_back({name, rate_of(in_phish, name), rate_of(in_ham, name)});
  std::ranges::stable_sort(rates, [](const NameRate& a, const NameRate& b) {
    return std::abs(a.in_phish - a.in_ham) > std::abs(b.in_phish - b.in_ham);
  });
  rates.resize(std::min(rates.size(), most));
  return rates;
}

NamesJudge judge_by_names(const std::vector<HeaderNames>& phish,
                          const std::vector<HeaderNames>& ham) {
  NamesJudge judge{std::vector<double>(phish.size()), std::vector<double>(ham.size())};
  for (std::size_t half = 0; half < 2; ++half) {
    const auto weights = learn_weights(count_names(phish, 1 - half), count_names(ham, 1 - half));
    for (std::size_t i = half; i < phish.size(); i += 2)
      judge.phish_scores[i] = score_of(phish[i], weights);
    for (std::size_t i = half; i < ham.size(); i += 2)
      judge.ham_scores[i] = score_of(ham[i], weights);
  }
  return judge;
}

}  // namespace secondlook
