#include "analyzer/rule_engine/stock_evals/uri_details.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/message/html_text.h"
#include "analyzer/message/registrable_domain.h"
#include "analyzer/message/rule_uris.h"
#include "analyzer/message/url.h"
#include "analyzer/rule_engine/patterns/confirming_pattern.h"
#include "analyzer/rule_engine/received/ip_networks.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostForms = 64;  // of one URI

std::string_view type_of(FoundLink::Kind kind) {
  switch (kind) {
    case FoundLink::Kind::href: return "a";
    case FoundLink::Kind::form_action: return "form";
    case FoundLink::Kind::image: return "img";
    case FoundLink::Kind::area: return "area";
    case FoundLink::Kind::meta_refresh: return "meta";
    default: return "other";
  }
}

bool leads_nowhere(std::string_view target) {
  return target.size() < 2 || target.front() == '#' || target.front() == '?' ||
         (target.front() == '/' && target[1] != '/');
}

// The host of http://user@HOST:80/, the domain of mailto:x@DOMAIN; "" where there is none.
std::string host_of(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  if (colon == uri.npos || starts_ignoring_case(uri, "javascript:")) return "";
  uri.remove_prefix(std::min(uri.find_first_not_of('/', colon + 1), uri.size()));
  uri = uri.substr(0, uri.find_first_of("/?#&"));
  uri = uri.substr(uri.rfind('@') + 1);
  uri = uri.substr(0, uri.find(':'));
  return uri.find('%') == uri.npos ? to_ascii_lower(uri) : "";
}

class DetailLister {
 public:
  explicit DetailLister(const MailFacts& facts) : facts_(facts) {}

  std::vector<UriDetail> list() {
    std::size_t room = MessageLimits().most_text_bytes;
    for (const MessagePart& part : facts_.message().parts) {
      if (!is_html_part(part) || part.text.empty()) continue;
      const std::string_view source = std::string_view(part.text).substr(0, room);
      room -= source.size();
      add_html(part, source);
    }
    RuleUris parsed(MessageLimits().most_links);
    parsed.add_from_text(facts_.message().body_text);
    for (std::vector<std::string>& forms : parsed.take_apart()) {
      const std::string raw = forms.front();
      add(raw, "parsed", std::move(forms));
    }
    return std::move(details_);
  }

 private:
  void add_html(const MessagePart& part, std::string_view source) {
    const HtmlText html =
        render_html(source, MessageLimits().most_text_bytes, MessageLimits().most_links);
    for (const HtmlLink& link : html.links) {
      const std::string raw = resolved(link.target, html.base);
      if (leads_nowhere(raw)) continue;
      RuleUris forms(kMostForms);
      forms.add_target(raw, {});
      add(raw, type_of(link.kind), forms.take());
    }
    const HtmlFacts* counted = facts_.html_of(part);
    if (counted == nullptr) return;
    for (const HtmlAnchor& anchor : counted->anchors) {
      const auto known = places_.find(resolved(anchor.target, html.base));
      if (known != places_.end()) details_[known->second].texts.insert(anchor.text);
    }
  }

  static std::string resolved(std::string_view written, std::string_view base) {
    const std::string_view target = trim(written);
    const auto url = base.empty() ? std::nullopt : resolve_url(target, base);
    const bool is_relative = target.find(':') == target.npos;
    return url && is_relative ? url->text : std::string(target);
  }

  void add(const std::string& raw, std::string_view type, std::vector<std::string> forms) {
    const auto known = places_.find(raw);
    if (known == places_.end() && details_.size() >= kMostUriDetails) return;
    const std::size_t place = known == places_.end() ? details_.size() : known->second;
    if (known == places_.end()) {
      places_.emplace(raw, place);
      details_.emplace_back().raw = raw;
    }
    UriDetail& detail = details_[place];
    detail.types.emplace(type);
    if (auto with_targets = facts_.with_targets(forms)) forms = std::move(*with_targets);
    for (std::string& form : forms) {
      const std::string host = host_of(form);
      const std::string domain = host.empty() ? "" : owner_of(host, facts_.settings());
      if (!domain.empty()) {
        detail.domains.insert(domain);
        detail.hosts.insert(host);
      }
      detail.cleaned.insert(std::move(form));
    }
  }

  const MailFacts& facts_;
  std::vector<UriDetail> details_;
  std::map<std::string, std::size_t, std::less<>> places_;  // by raw
};

struct CompiledCondition {
  UriKey key;
  bool negated;
  ConfirmingPattern pattern;
};

// A search that reached a limit says neither yes nor no.
bool holds(const CompiledCondition& condition, std::string_view word, const MailFacts& facts) {
  const MatchAnswer answer = facts.find(condition.pattern, word);
  return answer == (condition.negated ? MatchAnswer::absent : MatchAnswer::found);
}

bool holds_for_one(const CompiledCondition& condition, const UriDetail::Words& words,
                   const MailFacts& facts) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return holds(condition, word, facts); });
}

bool holds(const CompiledCondition& condition, const UriDetail& uri, const MailFacts& facts) {
  switch (condition.key) {
    case UriKey::raw: return holds(condition, uri.raw, facts);
    case UriKey::type: return holds_for_one(condition, uri.types, facts);
    case UriKey::cleaned: return holds_for_one(condition, uri.cleaned, facts);
    case UriKey::text: return holds_for_one(condition, uri.texts, facts);
    case UriKey::domain: return holds_for_one(condition, uri.domains, facts);
    case UriKey::host: return holds_for_one(condition, uri.hosts, facts);
  }
  return false;
}

bool is_known_domain(std::string_view domain, const StockSettings& settings) {
  const std::size_t dot = domain.rfind('.');
  if (dot == domain.npos || dot == 0) return false;
  const std::string lower = to_ascii_lower(domain);
  return settings.tld.empty() ? has_known_suffix(lower)
                              : settings.tld.contains(std::string_view(lower).substr(dot + 1));
}

}  // namespace

std::string owner_of(std::string_view host, const StockSettings& settings) {
  if (parse_ip_address(host)) return std::string(host);
  const std::string domain = settings.registered_domain(host);
  return is_known_domain(domain, settings) ? domain : "";
}

std::vector<UriDetail> list_uri_details(const MailFacts& facts) {
  return DetailLister(facts).list();
}

Parsed<SignalFunction> make_uri_detail_test(const std::vector<UriCondition>& conditions) {
  auto compiled = std::make_shared<std::vector<CompiledCondition>>();
  for (const UriCondition& condition : conditions) {
    Parsed<ConfirmingPattern> pattern = ConfirmingPattern::compile(condition.pattern, false);
    if (auto* mistake = std::get_if<Mistake>(&pattern)) {
      mistake->offset += condition.pattern.offset;
      return std::move(*mistake);
    }
    compiled->push_back(
        {condition.key, condition.negated, std::get<ConfirmingPattern>(std::move(pattern))});
  }
  return [compiled = std::shared_ptr<const std::vector<CompiledCondition>>(compiled)](
             const ScanContext& context, const std::vector<std::string>&) {
    const MailFacts& facts = facts_of(context);
    const std::vector<UriDetail>& uris = facts.uri_details();
    const auto found = std::find_if(uris.begin(), uris.end(), [&](const UriDetail& uri) {
      return std::all_of(compiled->begin(), compiled->end(),
                         [&](auto& condition) { return holds(condition, uri, facts); });
    });
    if (found != uris.end()) return answer_with(true, "uri", found->raw);
    if (uris.size() >= kMostUriDetails) facts.note_limit();
    return answer(false);
  };
}

}  // namespace secondlook
