#include "analyzer/domain_name.h"
#include "analyzer/signals/own_hop.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

bool has_aligned_signature(const AuthenticationFacts& facts, const std::string& domain) {
  return std::ranges::any_of(facts.dkim, [&](const DkimResult& dkim) {
    return dkim.result == "pass" && registrable_name(dkim.domain) == registrable_name(domain);
  });
}

// Exchange's composite result decides where it gave one; SPF counts only aligned with From.
bool is_authenticated(const ScanContext& context, const AuthenticationFacts& facts,
                      const std::string& domain) {
  if (facts.dmarc == "pass" || facts.compauth == "pass" || facts.compauth == "softpass")
    return true;
  if (has_aligned_signature(facts, domain)) return true;
  return facts.spf == "pass" &&
         registrable_name(domain_of_address(context.envelope_sender)) == registrable_name(domain);
}

}  // namespace

SignalResult from_own_domain_unauthenticated(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  if (context.message.from.empty()) return result;
  const Mailbox& from = context.message.from.front();
  const std::string domain = domain_of_address(from.address);
  if (!is_own_domain(domain, context.own_domains)) return result;
  const OwnHop hop(context);
  if (hop->sent_by_tenant || !hop->authenticated || hop->behind_gateway) return result;
  const AuthenticationFacts& facts = hop->authentication;
  if (is_authenticated(context, facts, domain)) return result;
  add_evidence(result, "header From",
               from.address + " from outside: spf=" + facts.spf + " dmarc=" + facts.dmarc +
                   " compauth=" + facts.compauth);
  return result;
}

}  // namespace secondlook
