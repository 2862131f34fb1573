#include "analyzer/signals/signal_evidence.h"
#include "analyzer/trusted_headers.h"

namespace secondlook {

SignalResult authentication_failed(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  const TrustedHeaders trusted = read_trusted_headers(context.message, context.gateways);
  if (!trusted.authenticated || trusted.sent_by_tenant) return result;
  const AuthenticationFacts& facts = trusted.authentication;
  if (facts.dmarc == "fail" || facts.compauth == "fail")
    add_evidence(result, "header Authentication-Results",
                 "dmarc=" + facts.dmarc + " compauth=" + facts.compauth);
  return result;
}

}  // namespace secondlook
