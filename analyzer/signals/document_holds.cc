#include <algorithm>

#include "analyzer/signals/signal_evidence.h"

namespace secondlook {

SignalResult document_holds(const ScanContext& context, const SignalArguments& arguments) {
  SignalResult result;
  for (const AttachedFact& found : context.message.document_facts) {
    if (std::find(arguments.begin(), arguments.end(), found.fact) == arguments.end()) continue;
    add_evidence(result, "attachment " + evidence_text(found.where),
                 found.detail.empty() ? found.fact : found.fact + ": " + found.detail);
  }
  return result;
}

}  // namespace secondlook
