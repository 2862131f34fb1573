#include "tests/bench/detection_quality/mail_scores.h"

#include <cstdlib>
#include <fstream>
#include <map>

#include "analyzer/analysis.h"
#include "base/file_descriptor.h"
#include "tests/bench/detection_quality/neutral_mail.h"

namespace secondlook {
namespace {

constexpr std::size_t kLargestMail = std::size_t{256} << 20;

double sum_towards(const Verdict& verdict, Disposition disposition) {
  const auto found = verdict.scores.find(std::string(name_of(disposition)));
  return found == verdict.scores.end() ? 0 : found->second;
}

JudgedMail counted_of(Verdict verdict) {
  JudgedMail judged;
  judged.disposition = verdict.disposition;
  judged.suspicious_sum = sum_towards(verdict, Disposition::suspicious);
  judged.whole_sum = sum_towards(verdict, Disposition::bulk);
  judged.hits = std::move(verdict.hits);
  for (RuleHit& hit : judged.hits) hit.evidence.clear();
  return judged;
}

}  // namespace

Result<std::vector<JudgedMail>> judge_mails(const std::vector<LabelledMail>& mails,
                                            const LoadedRules& rules) {
  Analysis analysis(rules, Thresholds{}, nullptr);
  AnalysisContext context;
  context.own_domains = {std::string(kNeutralDomain)};
  std::vector<JudgedMail> judged;
  for (const LabelledMail& mail : mails) {
    const auto bytes = read_file(mail.path, kLargestMail);
    if (!bytes) return bytes.error();
    judged.push_back(counted_of(analysis.analyze(journal_report_of(*bytes), context)));
    const Disposition disposition = judged.back().disposition;
    if (disposition == Disposition::not_a_report || disposition == Disposition::forged_report)
      return internal("a journal report was not taken as one");
  }
  return judged;
}

Result<std::vector<double>> read_scores(const std::string& file,
                                        const std::vector<LabelledMail>& mails) {
  std::ifstream in(file);
  std::map<std::string, double> by_path;
  for (std::string line; std::getline(in, line);) {
    const auto tab = line.rfind('\t');
    if (tab == line.npos) return malformed(file + ": no tab in a line");
    char* end = nullptr;
    const double score = std::strtod(line.c_str() + tab + 1, &end);
    if (end == line.c_str() + tab + 1) return malformed(file + ": no number in a line");
    by_path[line.substr(0, tab)] = score;
  }
  std::vector<double> scores;
  for (const LabelledMail& mail : mails) {
    const auto found = by_path.find(mail.path);
    if (found == by_path.end()) return not_found(file + ": a mail has no score");
    scores.push_back(found->second);
  }
  return scores;
}

}  // namespace secondlook
