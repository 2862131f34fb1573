#include "analyzer/signals/own_hop.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {

SignalResult authentication_failed(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  const OwnHop hop(context);
  if (!hop->authenticated || hop->sent_by_tenant) return result;
  const AuthenticationFacts& facts = hop->authentication;
  if (facts.dmarc == "fail" || facts.compauth == "fail")
    add_evidence(result, "header Authentication-Results",
                 "dmarc=" + facts.dmarc + " compauth=" + facts.compauth);
  return result;
}

}  // namespace secondlook
