// SpamAssassin's rule language on Hyperscan (DESIGN 4). Stages: parse .cf files -> compile
// (immutable, shared by forked workers) -> scan one message -> evaluate metas and scores. Compiled
// rules never change; a RuleScanner is cheap, belongs to one thread, and reuses its scratch.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/message/parsed_message.h"
#include "base/clock.h"
#include "base/result.h"
#include "schema/configuration.h"
#include "schema/verdict.h"

namespace secondlook {

class MailFacts;
class CidrNetworks;
class HostLists;        // analyzer/host_lists.h
class KnownBrands;      // analyzer/known_brands.h
class OperatorLists;    // analyzer/operator_lists.h
struct SenderHistory;   // analyzer/sender_history.h
struct TrustedHeaders;  // analyzer/trusted_headers.h

// What the eval: functions and meta rules may ask about, beside the parsed message.
struct ScanContext {
  const ParsedMessage& message;
  std::vector<std::string> own_domains;  // of the tenant, lower case
  std::string envelope_sender;
  const std::vector<Recipient>& recipients;
  const SenderHistory* history = nullptr;   // null: nothing is known
  const OperatorLists* lists = nullptr;     // null: there are none
  Timestamp received_at{};                  // of the report
  const CidrNetworks* gateways = nullptr;   // null: no filter stands in front (trusted_headers.h)
  const KnownBrands* brands = nullptr;      // of the rule files; null: there are none
  const HostLists* host_lists = nullptr;    // null: there are none
  const MailFacts* facts = nullptr;         // the scanner's: what eval functions share
  const TrustedHeaders* trusted = nullptr;  // of this message; null: not read yet
};

// An `eval:` function: a signal. Arguments are those written in the rule. Fires when `hit`.
struct SignalResult {
  bool hit = false;
  std::vector<Evidence> evidence;
};
using SignalFunction =
    std::function<SignalResult(const ScanContext&, const std::vector<std::string>& arguments)>;
using SignalTable = std::map<std::string, SignalFunction, std::less<>>;

// "rules/10_brand.cf:12:5: unknown rule type \"boddy\"; did you mean \"body\"?"
struct RuleComplaint {
  std::string file;
  std::size_t line = 0, column = 0;
  std::string message;
  bool fatal = true;  // false: the rule is counted as unsupported and left out (stock rules)
  std::string text() const;
};

struct RuleSetFacts {
  std::size_t rules = 0, patterns = 0;
  // How patterns are proposed (patterns/pattern_guards.h): by strings that Hyperscan finds, by what
  // they begin with, or not at all, so that PCRE2 tries them everywhere.
  std::size_t by_literals = 0, by_outline = 0, unguarded = 0;
  std::size_t unsupported = 0;
  std::string hash;  // of everything that decides: sources in order, engine version
  bool from_cache = false;
};

class CompiledRules;  // immutable

struct LoadedRules {
  std::shared_ptr<const CompiledRules> rules;
  std::vector<RuleComplaint> complaints;  // none fatal
  RuleSetFacts facts;
};

struct RuleOptions {
  std::uint32_t score_set = 0;  // 0 to 3: which column of `score NAME a b c d` counts
  bool japanese = false;        // hits are described by `lang ja describe`, where a rule has it
};

// Reads files and directories (*.cf in byte order) and what they include, compiles, and stores
// compiled databases in `cache_directory` (empty: no cache). Any fatal complaint refuses the whole
// set: the error lists them, one a line.
Result<LoadedRules> load_rules(const std::vector<std::string>& paths, const SignalTable& signals,
                               const std::string& cache_directory, const RuleOptions& options = {});

// The same from what read_rule_sources() read before (rule_source.h); opens no rule file.
struct RuleSources;
Result<LoadedRules> load_read_rules(const RuleSources& sources, const SignalTable& signals,
                                    const std::string& cache_directory,
                                    const RuleOptions& options = {});

struct ScanOutcome {
  std::vector<RuleHit> hits;        // scored hits, evidence filled; sorted by score
  std::vector<std::string> errors;  // "rule X: match limit reached", ...
  bool evidence_cut = false;        // hits are whole, but not all they matched is told
};

// Where the time of scanning goes: what PCRE2 took for each rule's pattern, and what eval functions
// took; what several of these share is on the first that asks. By the rule's place in list_rules();
// grows as needed.
struct RuleCosts {
  struct Cost {
    std::uint64_t searches = 0, nanoseconds = 0;
  };
  std::function<std::uint64_t()> nanoseconds_now;
  std::vector<Cost> costs, evals;
};

class RuleScanner {
 public:
  explicit RuleScanner(std::shared_ptr<const CompiledRules> rules);
  // From now on `costs` is added to; it must outlive the scanner, or what is told next. Null:
  // nothing is measured.
  void measure(RuleCosts* costs);
  RuleScanner(RuleScanner&&) noexcept;
  RuleScanner& operator=(RuleScanner&&) noexcept;
  ~RuleScanner();
  Result<ScanOutcome> scan(const ScanContext& context);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// For `secondlook rules list`: name, type, score, disposition, description, one line each.
struct RuleSummary {
  std::string name, type, description, file;
  double score = 0;
  bool is_unscored = false;  // without a score line: counts 1, or -1 if nice
  Disposition disposition = Disposition::spam;
  std::size_t line = 0;
  std::string description_ja;  // of `lang ja describe`, may be empty
};
std::vector<RuleSummary> list_rules(const CompiledRules& rules);

// A real domain of a brand, from a line `brand NAME DOMAIN...` of the rule files; `=DOMAIN`: its
// name is a word, or near one, that others use too.
struct BrandDomain {
  std::string brand;
  std::string domain;  // lower case
  bool is_near_words = false;
};
const std::vector<BrandDomain>& brands_of(const CompiledRules& rules);

}  // namespace secondlook
