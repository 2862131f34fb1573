#include <algorithm>
#include <vector>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

constexpr std::size_t kFewestSorted = 7;
constexpr std::size_t kFewestSimilar = 5;
constexpr std::size_t kMostCompared = 256;

// To, Cc and, when these are few, Bcc; the same address twice in a row counts once.
std::vector<std::string_view> recipients_of(const MailFacts& facts) {
  std::vector<std::string_view> all = facts.header_lines("ToCc:addr");
  if (all.size() < kFewestSimilar) {
    const auto hidden = facts.header_lines("Bcc:addr");
    all.insert(all.end(), hidden.begin(), hidden.end());
  }
  const auto same = [](std::string_view a, std::string_view b) {
    return equals_ignoring_case(a, b);
  };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  if (all.size() > kMostCompared) all.resize(kMostCompared);
  return all;
}

// At least seven addresses in the order of the alphabet: taken from a list.
SignalResult sorted_recipients(const ScanContext& context, const EvalArguments&) {
  const auto recipients = recipients_of(facts_of(context));
  return answer(recipients.size() >= kFewestSorted &&
                std::is_sorted(recipients.begin(), recipients.end()));
}

std::string_view host_of(std::string_view address) {
  const std::size_t at = address.find('@');
  return at == address.npos ? std::string_view() : address.substr(at + 1);
}

// Of all pairs, how many begin with the same two letters, before or (on other hosts) behind the @.
double similarity_of(const std::vector<std::string_view>& recipients) {
  if (recipients.size() < kFewestSimilar) return 0;
  std::size_t hits = 0, pairs = 0;
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    for (std::size_t k = i + 1; k < recipients.size(); ++k, ++pairs) {
      const std::string_view first = host_of(recipients[i]), second = host_of(recipients[k]);
      if (recipients[i].substr(0, 2) == recipients[k].substr(0, 2)) ++hits;
      if (first.substr(0, 2) == second.substr(0, 2) && first != second) ++hits;
    }
  }
  return static_cast<double>(hits) / static_cast<double>(pairs);
}

SignalResult similar_recipients(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const double similarity = similarity_of(recipients_of(facts_of(context)));
  return answer((arguments[0] == "undef" || similarity >= number_in(arguments[0])) &&
                (arguments[1] == "undef" || similarity < number_in(arguments[1])));
}

}  // namespace

void add_recipient_evals(SignalTable& table) {
  table["sorted_recipients"] = sorted_recipients;
  table["similar_recipients"] = similar_recipients;
}

}  // namespace secondlook
