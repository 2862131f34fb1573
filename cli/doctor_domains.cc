#include "cli/doctor_domains.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <unistd.h>

#include "cli/spf_record.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

using State = Finding::State;
using Kind = DnsAnswer::Kind;

constexpr std::size_t kMostDomains = 1000;

std::string host_of(const std::string& exchanger) {
  return exchanger.substr(std::min(exchanger.find(' ') + 1, exchanger.size()));
}

bool is_exchange_online(const std::string& host) {
  return host.ends_with(".mail.protection.outlook.com") || host.ends_with(".mx.microsoft") ||
         host.ends_with(".mail.protection.partner.outlook.cn") ||
         host.ends_with(".mail.protection.office365.us") || host.ends_with(".mail.eo.outlook.com");
}

std::string joined(const std::vector<std::string>& texts, std::size_t most = 5) {
  std::string list;
  for (std::size_t i = 0; i < texts.size() && i < most; ++i)
    list += (i == 0 ? "" : ", ") + texts[i];
  return texts.size() > most ? list + ", and " + std::to_string(texts.size() - most) + " more"
                             : list;
}

void unanswered(Findings& findings, const std::string& check, const DnsAnswer& answer) {
  add(findings, State::warning, check, answer.failure,
      "ask once more, or another server: --dns-server 192.0.2.53");
}

void check_exchangers(Findings& findings, const ExaminedDomain& domain, const Dns& dns) {
  const std::string check = domain.name + " MX";
  const DnsAnswer answer = dns.ask(domain.name, DnsType::mail_exchanger);
  if (answer.kind == Kind::failed) return unanswered(findings, check, answer);
  if (answer.records.empty())
    return add(findings, State::warning, check, "none: mail from outside does not come",
               "right for a domain that only sends; else set the MX that the Microsoft 365 admin "
               "center names");
  std::size_t microsofts = 0;
  for (const std::string& exchanger : answer.records)
    microsofts += is_exchange_online(host_of(exchanger)) ? 1U : 0U;
  const std::string finding = joined(answer.records);
  const bool has_gateways = domain.tenant != nullptr && !domain.tenant->gateways.empty();
  if (host_of(answer.records.front()).empty())
    return add(findings, State::good, check, "a null MX: this domain takes no mail (RFC 7505)");
  if (microsofts == answer.records.size())
    return add(findings, State::good, check, finding + " (Exchange Online)");
  if (microsofts > 0)
    return add(findings, State::warning, check, finding + ": in part Exchange Online's",
               "mail that takes the short way misses the filter in front; close Exchange Online to "
               "all but the filter, or leave one of the two");
  if (domain.tenant != nullptr && !has_gateways)
    return add(findings, State::problem, check, finding + ": a filter in front of Exchange Online",
               "name its networks in [[tenant]] gateways: else SPF and the sender's address are "
               "taken for the filter's own");
  add(findings, State::good, check,
      finding + (has_gateways ? " (a gateway, and gateways is set)" : ""));
}

void check_autodiscover(Findings& findings, const std::string& domain, const Dns& dns) {
  const std::string check = domain + " autodiscover", name = "autodiscover." + domain;
  const DnsAnswer alias = dns.ask(name, DnsType::alias);
  if (alias.kind == Kind::failed) return unanswered(findings, check, alias);
  if (!alias.records.empty() && alias.records.front().starts_with("autodiscover") &&
      (alias.records.front().ends_with(".outlook.com") ||
       alias.records.front().ends_with(".office365.us") ||
       alias.records.front().ends_with(".partner.outlook.cn")))
    return add(findings, State::good, check, alias.records.front());
  const char* const advice =
      "CNAME autodiscover.outlook.com, unless Exchange on premises answers there: who takes that "
      "name "
      "over is handed passwords";
  if (!alias.records.empty())
    return add(findings, State::warning, check, "leads to " + alias.records.front(), advice);
  const DnsAnswer address = dns.ask(name, DnsType::address);
  if (address.records.empty())
    add(findings, State::warning, check, "none: Outlook has to guess", advice);
  else
    add(findings, State::warning, check, "is " + joined(address.records), advice);
}

void check_spf(Findings& findings, const ExaminedDomain& domain, const Dns& dns) {
  const std::string check = domain.name + " SPF";
  const SpfReport report = examine_spf(dns, domain.name);
  if (!report.failure.empty() && report.record.empty())
    return unanswered(findings, check, {Kind::failed, {}, report.failure});
  if (report.record.empty() && report.errors.empty())
    return add(findings, State::warning, check, "none: anybody may send in its name",
               "v=spf1 include:spf.protection.outlook.com -all, and whoever else sends for you");
  const std::string cost = std::to_string(report.lookups) + " of " +
                           std::to_string(SpfReport::kMostLookups) + " look-ups, " +
                           std::to_string(report.voids) + " of " +
                           std::to_string(SpfReport::kMostVoids) + " without an answer" +
                           (report.all.empty() ? "" : ", " + report.all);
  if (!report.errors.empty())
    add(findings, State::problem, check, joined(report.errors) + " (" + cost + ")",
        "receivers answer permerror, as if there were none: correct the record");
  else if (report.lookups > SpfReport::kMostLookups)
    add(findings, State::problem, check, cost + "; followed: " + joined(report.includes, 10),
        "receivers answer permerror: take out who no longer sends, or name networks (ip4:)");
  else if (report.voids > SpfReport::kMostVoids)
    add(findings, State::problem, check, cost,
        "receivers may answer permerror: take out the names that are gone");
  else
    add(findings, State::good, check, cost);
  if (!report.failure.empty()) unanswered(findings, check, {Kind::failed, {}, report.failure});
  if (report.all == "+all")
    add(findings, State::problem, check, "+all: anybody may send in its name", "-all or ~all");
  else if (report.errors.empty() && (report.all.empty() || report.all == "?all"))
    add(findings, State::warning, check,
        report.all.empty() ? "no \"all\" at its end" : "?all: it says nothing of strangers",
        "-all or ~all at the end");
  for (const std::string& remark : report.remarks)
    add(findings, State::warning, check, remark, "see RFC 7208");
}

void check_dkim(Findings& findings, const std::string& domain, const Dns& dns) {
  std::size_t absent = 0;
  for (const char* selector : {"selector1", "selector2"}) {
    const std::string check = domain + " DKIM " + selector;
    const DnsAnswer answer =
        dns.ask(std::string(selector) + "._domainkey." + domain, DnsType::text);
    if (answer.kind == Kind::failed) {
      unanswered(findings, check, answer);
      continue;
    }
    if (answer.records.empty()) {
      ++absent;
      continue;
    }
    const DkimKey key = read_dkim_key(answer.records.front());
    const char* const rotate = "Rotate-DkimSigningConfig -KeySize 2048 -Identity DOMAIN";
    if (key.kind == DkimKey::Kind::unreadable)
      add(findings, State::problem, check, "no key that can be read",
          "set the CNAME that Get-DkimSigningConfig names");
    else if (key.kind == DkimKey::Kind::revoked)
      add(findings, State::warning, check, "revoked (p= is empty)", rotate);
    else if (key.kind == DkimKey::Kind::rsa && key.bits < 1024)
      add(findings, State::problem, check,
          std::to_string(key.bits) + " bits: receivers ignore it (RFC 8301)", rotate);
    else if (key.kind == DkimKey::Kind::rsa && key.bits < 2048)
      add(findings, State::warning, check, std::to_string(key.bits) + " bits", rotate);
    else
      add(findings, State::good, check,
          std::to_string(key.bits) + " bits" +
              (key.kind == DkimKey::Kind::ed25519 ? ", Ed25519" : ""));
  }
  if (absent == 2)
    add(findings, State::warning, domain + " DKIM", "neither selector1 nor selector2 is there",
        "Exchange Online then signs with *.onmicrosoft.com alone, which DMARC does not take: "
        "switch DKIM on in Defender, email authentication settings");
}

// Of "v=DMARC1; p=none": the value of a tag.
std::string dmarc_tag(const std::string& record, const std::string& wanted) {
  for (std::size_t at = 0; at < record.size();) {
    const std::size_t end = std::min(record.find(';', at), record.size());
    std::string tag;
    for (const char letter : record.substr(at, end - at))
      if (letter != ' ' && letter != '\t') tag += letter;
    const auto equals = tag.find('=');
    if (equals != tag.npos && lower_ascii(tag.substr(0, equals)) == wanted)
      return lower_ascii(tag.substr(equals + 1));
    at = end + 1;
  }
  return "";
}

// The name's own record, else the nearest one above it: without a list of public suffixes the tree
// is walked up, as far as two labels.
void check_dmarc(Findings& findings, const std::string& domain, const Dns& dns) {
  const std::string check = domain + " DMARC";
  std::string at = domain;
  for (int labels = 0; labels < 8; ++labels) {
    const DnsAnswer answer = dns.ask("_dmarc." + at, DnsType::text);
    if (answer.kind == Kind::failed) return unanswered(findings, check, answer);
    std::vector<std::string> records;
    for (const std::string& text : answer.records)
      if (lower_ascii(text.substr(0, 8)) == "v=dmarc1") records.push_back(text);
    if (records.size() > 1)
      return add(findings, State::problem, check, "several records: receivers take none",
                 "leave one at _dmarc." + at);
    if (!records.empty()) {
      const bool is_above = at != domain;
      const std::string under = dmarc_tag(records[0], "sp");
      const std::string policy = is_above && !under.empty() ? under : dmarc_tag(records[0], "p");
      const std::string where = is_above ? " (of " + at + ")" : "";
      if (policy != "reject" && policy != "quarantine")
        return add(
            findings, State::warning, check,
            (policy.empty() ? "no policy" : "p=" + policy) + where +
                ": forged mail in its name is delivered",
            "when the reports (rua=) show that your own mail passes: p=quarantine, then reject");
      add(findings, State::good, check, "p=" + policy + where);
      if (dmarc_tag(records[0], "rua").empty())
        add(findings, State::warning, check, "no rua=: nobody is told who sends in its name",
            "add rua=mailto: to an address that somebody reads");
      return;
    }
    const auto dot = at.find('.');
    if (dot == at.npos || at.find('.', dot + 1) == at.npos) break;
    at = at.substr(dot + 1);
  }
  add(findings, State::warning, check, "none: forged mail in its name is delivered",
      "begin with v=DMARC1; p=none; rua=mailto:ADDRESS at _dmarc." + domain);
}

// This machine's addresses, loopback apart.
std::set<std::string> own_addresses() {
  std::set<std::string> own;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return own;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(all, &::freeifaddrs);
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    char text[INET6_ADDRSTRLEN] = {};
    const int family = one->ifa_addr->sa_family;
    const void* bytes = nullptr;
    if (family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr;
    if (family == AF_INET6)
      bytes = &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr;
    if (bytes != nullptr && ::inet_ntop(family, bytes, text, sizeof text) != nullptr)
      own.insert(text);
  }
  return own;
}

std::string machine_name(const SmtpSettings& smtp) {
  if (!smtp.hostname.empty()) return lower_ascii(smtp.hostname);
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? lower_ascii(name) : "";
}

// Reports go to the smart host of the connector, else by this MX.
void check_journal_domain(Findings& findings, const Configuration& configuration,
                          const std::string& domain, const Dns& dns) {
  const std::string check = domain + " (journal address)";
  const DnsAnswer answer = dns.ask(domain, DnsType::mail_exchanger);
  if (answer.kind == Kind::failed) return unanswered(findings, check, answer);
  if (answer.records.empty())
    return add(findings, State::warning, check, "no MX",
               "right only where the connector names this machine as its smart host");
  const std::string host = host_of(answer.records.front());
  const DnsAnswer addresses = dns.ask(host, DnsType::address);
  const std::set<std::string> own = own_addresses();
  const bool is_here = std::ranges::any_of(
      addresses.records, [&](const std::string& address) { return own.contains(address); });
  if (is_here)
    return add(findings, State::good, check,
               answer.records.front() + ", an address of this machine");
  if (is_exchange_online(host))
    return add(findings, State::problem, check, answer.records.front() + ": Exchange Online itself",
               "a journal address may not be in Exchange Online: point the MX to this machine");
  if (addresses.records.empty())
    return add(findings, State::problem, check, host + " has no address",
               "reports are queued, then lost: give " + host + " an A or AAAA record");
  if (host == machine_name(configuration.smtp))
    return add(findings, State::good, check,
               answer.records.front() + ", our name; its address is another's: right behind NAT");
  add(findings, State::warning, check,
      answer.records.front() + " is neither our name nor our address",
      "right behind NAT or a load balancer; else set [smtp] hostname and the MX to the same name");
}

bool is_possible_name(const std::string& name) {
  if (name.empty() || name.size() > 253 || name.find('.') == name.npos) return false;
  return std::ranges::all_of(name, [](const char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
           letter == '.' || letter == '_';
  });
}

}  // namespace

Result<std::vector<ExaminedDomain>> domains_to_examine(const Configuration& configuration,
                                                       const std::vector<std::string>& named) {
  std::vector<ExaminedDomain> domains;
  for (const std::string& one : named) {
    ExaminedDomain domain{domain_key(one), nullptr};
    if (!is_possible_name(domain.name)) return malformed("\"" + one + "\" is no domain");
    for (const TenantSettings& tenant : configuration.tenants)
      if (std::ranges::find(tenant.domains, domain.name) != tenant.domains.end())
        domain.tenant = &tenant;
    domains.push_back(std::move(domain));
  }
  if (named.empty())
    for (const TenantSettings& tenant : configuration.tenants)
      for (const std::string& own : tenant.domains)
        if (!own.ends_with(".onmicrosoft.com") && is_possible_name(domain_key(own)))
          domains.push_back({domain_key(own), &tenant});
  if (domains.empty()) return malformed("no tenant has a domain: name one behind --domain");
  if (domains.size() > kMostDomains) domains.resize(kMostDomains);
  return domains;
}

Findings examine_domains(const Configuration& configuration,
                         const std::vector<ExaminedDomain>& domains, const Dns& dns) {
  Findings findings;
  std::set<const TenantSettings*> tenants;
  for (const ExaminedDomain& domain : domains) {
    check_exchangers(findings, domain, dns);
    check_autodiscover(findings, domain.name, dns);
    check_spf(findings, domain, dns);
    check_dkim(findings, domain.name, dns);
    check_dmarc(findings, domain.name, dns);
    if (domain.tenant != nullptr) tenants.insert(domain.tenant);
  }
  std::set<std::string> journal_domains;
  for (const TenantSettings* tenant : tenants)
    for (const std::string& address : tenant->journal_addresses)
      journal_domains.insert(address.substr(address.rfind('@') + 1));
  for (const std::string& domain : journal_domains)
    check_journal_domain(findings, configuration, domain, dns);
  return findings;
}

}  // namespace secondlook
