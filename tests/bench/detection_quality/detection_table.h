// The tables of `tests/bench/detection`: what is found at fixed thresholds, and at a given share of
// ham.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/detection_quality/labelled_mail.h"

namespace secondlook {

// Which of the labels' places are meant; all of one table come from one of these.
using MailPlaces = std::vector<std::size_t>;

struct FixedRow {
  std::string name;
  std::function<bool(std::size_t)> is_found;  // by place
};
void print_fixed_rows(const std::string& title, const std::vector<FixedRow>& rows,
                      const std::vector<LabelledMail>& mails, const MailPlaces& places);

struct SweptScore {
  std::string name;
  std::vector<double> scores;  // by place
};
// At thresholds above which at most 0.01, 0.1, 0.5 and 1 % of the modern ham of `tuned` lies:
// recall of the phish of `judged`, of those that Microsoft passed, and what was found of its modern
// ham.
void print_sweep(const std::string& title, const std::vector<SweptScore>& scores,
                 const std::vector<LabelledMail>& mails, const MailPlaces& tuned,
                 const MailPlaces& judged);

MailPlaces all_places(const std::vector<LabelledMail>& mails);

// By the date that the sender wrote: before `split`, and from 60 days after it on, so that copies
// of one campaign do not stand on both sides. Undated mails stand on neither.
struct SplitPlaces {
  MailPlaces older, newer;
};
SplitPlaces split_by_date(const std::vector<LabelledMail>& mails, Timestamp split);

}  // namespace secondlook
