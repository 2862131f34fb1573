#include <algorithm>
#include <map>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/ip_networks.h"
#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"
#include "analyzer/rule_engine/stock_evals/uri_details.h"

namespace secondlook {
namespace {

// Behind "http://" or "https://" at or after `from`: up to what ends a host. Empty without one.
std::string_view host_after_scheme(std::string_view text, std::string_view scheme,
                                   std::size_t from = 0) {
  for (std::size_t at = from; at + scheme.size() < text.size(); ++at) {
    if (!starts_ignoring_case(text.substr(at), scheme)) continue;
    const std::string_view rest = text.substr(at + scheme.size());
    return rest.substr(0, rest.find_first_of(" \t\r\n/:?#"));
  }
  return {};
}

std::string_view http_host(std::string_view uri) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (starts_ignoring_case(uri, scheme)) return host_after_scheme(uri, scheme);
  }
  return {};
}

// A link whose text shows an https address of another domain; minimum and maximum of anchors.
SignalResult check_https_http_mismatch(const ScanContext& context, const EvalArguments& arguments) {
  const MailFacts& facts = facts_of(context);
  const StockSettings& settings = facts.settings();
  const double fewest = arguments.empty() ? 1 : std::max(1.0, number_in(arguments[0]));
  for (const HtmlFacts& html : facts.html()) {
    std::map<std::string_view, bool> anchors;  // by target: whether its text shows another
    std::string_view shown;
    for (const HtmlAnchor& anchor : html.anchors) {
      const std::string_view host = http_host(anchor.target);
      if (host.empty() || parse_ip_address(host)) continue;
      const std::string target = owner_of(host, settings);
      if (target.empty()) continue;
      bool& differs = anchors[anchor.target];
      const std::string_view text = host_after_scheme(anchor.text, "https://");
      const std::string owner = text.empty() ? "" : owner_of(text, settings);
      if (owner.empty() || owner == target) continue;
      differs = true;
      shown = anchor.text;
    }
    const bool hit =
        std::any_of(anchors.begin(), anchors.end(), [](auto& each) { return each.second; });
    const auto count = static_cast<double>(anchors.size());
    if (hit && count >= fewest && (arguments.size() < 2 || count < number_in(arguments[1])))
      return answer_with(true, "link text", shown);
  }
  return answer(false);
}

// A link to a bare IPv4 address whose text shows an https address by name.
SignalResult check_https_ip_mismatch(const ScanContext& context, const EvalArguments&) {
  constexpr std::string_view kToAddress = "(?i)^https?:/*(?:[^@/]+@)?\\d+\\.\\d+\\.\\d+\\.\\d+";
  constexpr std::string_view kShowsAddress = "(?i)^https:/*(?:[^@/]+@)?\\d+\\.\\d+\\.\\d+\\.\\d+";
  const MailFacts& facts = facts_of(context);
  for (const HtmlFacts& html : facts.html()) {
    for (const HtmlAnchor& anchor : html.anchors) {
      if (!facts.matches(kToAddress, anchor.target) || facts.matches(kShowsAddress, anchor.text))
        continue;
      if (facts.matches("(?i)https:", anchor.text))
        return answer_with(true, "link text", anchor.text);
    }
  }
  return answer(false);
}

// A link that leads on to another domain by an address inside it.
SignalResult check_for_http_redirector(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  for (const FoundLink& found : facts.message().links) {
    std::string_view uri = found.link.url;
    const std::string_view host = http_host(uri);
    if (host.empty()) continue;
    const std::size_t behind = static_cast<std::size_t>(host.data() - uri.data()) + host.size();
    for (const std::string_view scheme : {"http:/", "https:/"}) {
      std::string_view inner = host_after_scheme(uri, std::string(scheme) + "/", behind);
      if (inner.empty()) continue;
      const std::string from = owner_of(host, facts.settings());
      const std::string to = owner_of(inner, facts.settings());
      if ((from.empty() ? host : from) != (to.empty() ? inner : to))
        return answer_with(true, "uri", uri);
    }
  }
  return answer(false);
}

SignalResult check_uri_truncated(const ScanContext& context, const EvalArguments&) {
  const auto& parts = facts_of(context).html();
  return answer(std::any_of(parts.begin(), parts.end(), [](auto& html) { return html.long_uri; }));
}

}  // namespace

void add_uri_evals(SignalTable& table) {
  table["check_https_http_mismatch"] = check_https_http_mismatch;
  table["check_https_ip_mismatch"] = check_https_ip_mismatch;
  table["check_for_http_redirector"] = check_for_http_redirector;
  table["check_uri_truncated"] = check_uri_truncated;
}

}  // namespace secondlook
