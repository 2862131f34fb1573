#include "cli/spf_record.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "schema/store/search_text.h"

namespace secondlook {
namespace {

using Kind = DnsAnswer::Kind;

constexpr unsigned kMostFollowed = 40;
constexpr std::size_t kMostExchangers = 10;  // RFC 7208 4.6.4, of one "mx"

struct Term {
  std::string name, value;  // lower case; what stands behind : or =
  char qualifier = '+';
  bool is_modifier = false;
};

Term read_term(const std::string& word) {
  Term term;
  std::string_view text = word;
  if (!text.empty() && std::string_view("+-~?").find(text.front()) != std::string_view::npos) {
    term.qualifier = text.front();
    text.remove_prefix(1);
  }
  const auto end = std::min(text.find_first_of(":/="), text.size());
  term.name = lower_ascii(text.substr(0, end));
  if (end == text.size()) return term;
  term.is_modifier = text[end] == '=';
  if (text[end] != '/') term.value = lower_ascii(text.substr(end + 1));
  return term;
}

// "example.com/24//64" -> "example.com".
std::string domain_of_term(const Term& term, const std::string& current) {
  const std::string domain = term.value.substr(0, term.value.find('/'));
  return domain.empty() ? current : domain;
}

bool has_macro(const std::string& text) {
  return text.find('%') != std::string::npos;
}

class Reading {
 public:
  Reading(const Dns& dns, SpfReport& report) : dns_(dns), report_(report) {}

  // `is_own`: of the domain itself or its redirect: its "all" counts.
  void read(const std::string& domain, bool is_own) {
    if (std::ranges::find(chain_, domain) != chain_.end())
      return error(domain + " includes itself");
    const std::string record = find_record(domain);
    if (record.empty()) return;
    if (chain_.empty()) report_.record = record;
    chain_.push_back(domain);
    read_terms(domain, record, is_own);
    chain_.pop_back();
  }

 private:
  void error(std::string text) {
    if (report_.errors.size() < 20) report_.errors.push_back(std::move(text));
  }
  void remark(std::string text) {
    if (report_.remarks.size() < 20) report_.remarks.push_back(std::move(text));
  }

  std::string find_record(const std::string& domain) {
    const DnsAnswer answer = dns_.ask(domain, DnsType::text);
    if (answer.kind == Kind::failed) {
      report_.failure = answer.failure;
      return "";
    }
    std::vector<std::string> found;
    for (const std::string& text : answer.records) {
      const std::string beginning = lower_ascii(text.substr(0, 7));
      if (beginning == "v=spf1" || beginning == "v=spf1 ") found.push_back(text);
    }
    if (found.size() > 1) error(domain + " has " + std::to_string(found.size()) + " SPF records");
    if (found.empty() && !chain_.empty()) {
      error(domain + ", which is included, has no SPF record");
      if (answer.kind == Kind::empty) ++report_.voids;
    }
    return found.size() == 1 ? found.front() : "";
  }

  void read_terms(const std::string& domain, const std::string& record, bool is_own) {
    std::istringstream words(record.substr(std::min<std::size_t>(7, record.size())));
    std::string word, redirect;
    bool has_all = false;
    while (words >> word && !has_all) {
      const Term term = read_term(word);
      if (term.name == "all" && !term.is_modifier) {
        has_all = true;
        if (is_own) report_.all = std::string(1, term.qualifier) + "all";
      } else if (term.name == "redirect" && term.is_modifier) {
        redirect = term.value;
      } else {
        spend(term, domain);
      }
    }
    if (!has_all && !redirect.empty()) follow(redirect, is_own);
  }

  bool count_one() {
    if (++report_.lookups <= kMostFollowed) return true;
    if (report_.lookups == kMostFollowed + 1) error("more look-ups than were followed");
    return false;
  }

  void follow(const std::string& domain, bool is_own) {
    if (!count_one()) return;
    if (has_macro(domain)) return remark("\"" + domain + "\" holds a macro and was not followed");
    if (report_.includes.size() < 100) report_.includes.push_back(domain);
    read(domain, is_own);
  }

  void spend(const Term& term, const std::string& domain) {
    if (term.is_modifier) return;  // exp= and those nobody knows cost nothing
    if (term.name == "ip4" || term.name == "ip6") return;
    if (term.name == "include") return follow(term.value, false);
    if (term.name == "a" || term.name == "mx") return look_up(term, domain);
    if (term.name == "exists") {
      if (count_one() && !has_macro(term.value)) look_at(term.value, DnsType::address);
      return;
    }
    if (term.name == "ptr") {
      (void)count_one();
      return remark("ptr is slow and should not be used (RFC 7208 5.5)");
    }
    error("\"" + term.name + "\" is no mechanism of SPF");
  }

  std::size_t look_at(const std::string& name, DnsType type) {
    const DnsAnswer answer = dns_.ask(name, type);
    if (answer.kind == Kind::failed) report_.failure = answer.failure;
    if (answer.kind == Kind::empty) ++report_.voids;
    return answer.records.size();
  }

  void look_up(const Term& term, const std::string& domain) {
    const std::string target = domain_of_term(term, domain);
    if (!count_one() || has_macro(target)) return;
    const bool is_mx = term.name == "mx";
    const std::size_t found = look_at(target, is_mx ? DnsType::mail_exchanger : DnsType::address);
    if (is_mx && found > kMostExchangers) error("mx:" + target + " has more than ten exchangers");
  }

  const Dns& dns_;
  SpfReport& report_;
  std::vector<std::string> chain_;
};

}  // namespace

SpfReport examine_spf(const Dns& dns, const std::string& domain) {
  SpfReport report;
  Reading(dns, report).read(domain, true);
  return report;
}

}  // namespace secondlook
