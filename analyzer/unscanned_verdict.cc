#include "analyzer/unscanned_verdict.h"

namespace secondlook {

Verdict unscanned_verdict(std::string_view reason) {
  Verdict verdict;
  verdict.disposition = Disposition::unscanned;
  verdict.errors.emplace_back(reason);
  return verdict;
}

std::string unscanned_verdict_json(std::string_view reason) {
  return to_json(unscanned_verdict(reason));
}

}  // namespace secondlook
