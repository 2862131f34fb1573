// bench_detection LABELS [--rules PATH]... [--scores NAME THRESHOLD FILE]... [--signals]
//                 [--split YYYY-MM-DD] [--mails FILE]
// Judges the neutral mails that LABELS names (bench_neutralise) by our rules, and prints what is
// found of phish and ham beside the scores of other engines (lines of PATH, tab, score).
// --signals: what each rule is worth. --split: thresholds chosen on mails from before that date are
// judged on mails from 60 days after it on. --mails: a line a mail, by tabs: path, phish or ham,
// disposition, the sum towards suspicious, rules and their parts that hit.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/rule_engine/stock_evals/stock_evals.h"
#include "analyzer/signals/signals.h"
#include "tests/bench/agreement/scored_parts.h"
#include "tests/bench/detection_quality/detection_table.h"
#include "tests/bench/detection_quality/mail_scores.h"
#include "tests/bench/detection_quality/rule_worth.h"

using namespace secondlook;

namespace {

struct OtherEngine {
  std::string name, file;
  double threshold = 0;
};

struct Options {
  std::string labels, split, mails;
  std::vector<std::string> rules;
  std::vector<OtherEngine> others;
  bool signals = false;
};

Options read_options(int count, char** arguments) {
  Options options;
  int at = 1;
  const auto next = [&] { return std::string(at < count ? arguments[at++] : ""); };
  while (at < count) {
    const std::string argument = next();
    if (argument == "--rules") {
      options.rules.push_back(next());
    } else if (argument == "--scores") {
      OtherEngine engine;
      engine.name = next();
      engine.threshold = std::strtod(next().c_str(), nullptr);
      engine.file = next();
      options.others.push_back(engine);
    } else if (argument == "--signals") {
      options.signals = true;
    } else if (argument == "--split") {
      options.split = next();
    } else if (argument == "--mails") {
      options.mails = next();
    } else {
      options.labels = argument;
    }
  }
  return options;
}

// With parts scored, so that --signals sees them; no verdict changes by a billionth.
Result<LoadedRules> load(const std::vector<std::string>& paths) {
  SignalTable functions = stock_evals();
  for (const auto& [name, function] : all_signals()) functions[name] = function;
  auto compiled = compile_with_scored_parts(paths, functions, "");
  if (!compiled) return std::move(compiled).error();
  LoadedRules loaded;
  loaded.rules = std::make_shared<const CompiledRules>(std::move(compiled->rules));
  loaded.facts = compiled->facts;
  return loaded;
}

struct Measurement {
  std::vector<LabelledMail> mails;
  std::vector<JudgedMail> judged;
  std::vector<FixedRow> fixed;
  std::vector<SweptScore> swept;
};

void add_ours(Measurement& all) {
  const auto is_at_least = [&all](Disposition worst_but) {
    return [&all, rank = severity_rank(worst_but)](std::size_t place) {
      return severity_rank(all.judged[place].disposition) <= rank;
    };
  };
  all.fixed.push_back({"secondlook: malicious", is_at_least(Disposition::malicious)});
  all.fixed.push_back({"secondlook: malicious + suspicious", is_at_least(Disposition::suspicious)});
  all.fixed.push_back({"secondlook: anything worse than clean", is_at_least(Disposition::bulk)});
  all.fixed.push_back({"secondlook: unscanned, neither of them", [&all](std::size_t place) {
                         return all.judged[place].disposition == Disposition::unscanned;
                       }});
  SweptScore suspicious{"secondlook: sum of malicious + suspicious", {}};
  SweptScore whole{"secondlook: sum of all hits", {}};
  for (const JudgedMail& mail : all.judged) {
    suspicious.scores.push_back(mail.suspicious_sum);
    whole.scores.push_back(mail.whole_sum);
  }
  all.swept.push_back(std::move(suspicious));
  all.swept.push_back(std::move(whole));
}

Result<void> add_other(Measurement& all, const OtherEngine& engine) {
  auto scores = read_scores(engine.file, all.mails);
  if (!scores) return std::move(scores).error();
  char name[80];
  std::snprintf(name, sizeof name, "%s: score >= %g", engine.name.c_str(), engine.threshold);
  all.fixed.push_back({name, [scores = *scores, least = engine.threshold](std::size_t place) {
                         return scores[place] >= least;
                       }});
  all.swept.push_back({engine.name + ": score", *std::move(scores)});
  return {};
}

void print_all(const Measurement& all) {
  const MailPlaces places = all_places(all.mails);
  print_fixed_rows("at the thresholds as shipped", all.fixed, all.mails, places);
  print_sweep("recall of phish at a share of modern ham", all.swept, all.mails, places, places);
}

Result<void> print_split(const Measurement& all, const std::string& date) {
  const auto split = parse_rfc3339(date);
  if (!split) return malformed("--split: no date: " + date);
  const SplitPlaces places = split_by_date(all.mails, *split);
  const std::string after = "from 60 days after " + date + " on";
  print_fixed_rows("as shipped, before " + date, all.fixed, all.mails, places.older);
  print_fixed_rows("as shipped, " + after, all.fixed, all.mails, places.newer);
  print_sweep("before " + date, all.swept, all.mails, places.older, places.older);
  print_sweep("thresholds of before, judged later", all.swept, all.mails, places.older,
              places.newer);
  return {};
}

Result<void> write_mails(const Measurement& all, const std::string& file) {
  std::ofstream out(file);
  for (std::size_t i = 0; i < all.mails.size(); ++i) {
    const JudgedMail& judged = all.judged[i];
    out << all.mails[i].path << '\t' << (all.mails[i].is_phish ? "phish" : "ham") << '\t'
        << name_of(judged.disposition) << '\t' << judged.suspicious_sum << '\t';
    for (const RuleHit& hit : judged.hits) out << hit.rule << ' ';
    out << '\n';
  }
  out.close();
  if (!out) return internal(file + ": cannot be written");
  return {};
}

Result<void> run(const Options& options) {
  auto mails = read_labels(options.labels);
  if (!mails) return std::move(mails).error();
  const auto rules = load(options.rules);
  if (!rules) return rules.error();
  auto judged = judge_mails(*mails, *rules);
  if (!judged) return std::move(judged).error();
  Measurement all{*std::move(mails), *std::move(judged), {}, {}};
  add_ours(all);
  for (const OtherEngine& engine : options.others)
    if (auto added = add_other(all, engine); !added) return added;
  print_all(all);
  if (!options.mails.empty())
    if (auto written = write_mails(all, options.mails); !written) return written;
  if (options.signals)
    print_rule_worth(weigh_rules(*rules->rules, all.mails, all.judged), all.mails);
  return options.split.empty() ? Result<void>{} : print_split(all, options.split);
}

}  // namespace

int main(int count, char** arguments) {
  const auto done = run(read_options(count, arguments));
  if (done) return 0;
  std::fprintf(stderr, "bench_detection: %s\n", done.error().message.c_str());
  return 2;
}
