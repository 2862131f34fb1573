// WLBLEval, WelcomeListSubject and VBounce: lists of addresses, hosts and subjects in rule files.
#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/ip_networks.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostLabels = 11;

// Finding a mail's addresses costs more than all lists of most sites, which are empty.
SignalResult any_of_list(const MailFacts& facts,
                         const std::vector<std::string>& (MailFacts::*addresses)() const,
                         const AddressPatterns& patterns, const char* where) {
  if (patterns.all().empty()) return answer(false);
  for (const std::string& address : (facts.*addresses)())
    if (patterns.matches(address)) return answer_with(true, where, address);
  return answer(false);
}

SignalResult from_in(const ScanContext& context, const AddressPatterns& patterns) {
  return any_of_list(facts_of(context), &MailFacts::senders, patterns, "sender");
}

SignalResult to_in(const ScanContext& context, const AddressPatterns& patterns) {
  return any_of_list(facts_of(context), &MailFacts::recipients, patterns, "recipient");
}

// Who handed the mail to the trusted side.
std::vector<const Relay*> handing_relays(const RelayTrail& trail) {
  std::vector<const Relay*> relays;
  if (!trail.untrusted.empty())
    relays.push_back(&trail.untrusted.front());
  else
    for (const Relay& relay : trail.trusted) relays.push_back(&relay);
  return relays;
}

// relay: a host name's end, or "[192.0.2.0]/24".
bool is_relay(const Relay& found, std::string_view relay) {
  if (relay.starts_with('[')) {
    IpNetworks networks;
    std::string network(relay.substr(1));
    std::erase(network, ']');
    const auto address = parse_ip_address(found.ip);
    return networks.add(network) && address && networks.contains(*address);
  }
  const std::string rdns = to_ascii_lower(found.rdns);
  return rdns == relay || rdns.ends_with("." + std::string(relay));
}

enum class Welcome { no, yes, forged };

// forged: the address is on the list, but its relay is not the one that it must come from.
Welcome welcome_by_relay(const MailFacts& facts, const std::vector<RelayedAddress>& list,
                         std::string_view address) {
  const std::string lower = to_ascii_lower(address);
  const auto relays = handing_relays(facts.relays());
  if (relays.empty()) return Welcome::no;
  bool listed = false;
  for (const RelayedAddress& entry : list) {
    if (!matches_glob(lower, entry.address)) continue;
    listed = true;
    if (std::any_of(relays.begin(), relays.end(),
                    [&](const Relay* relay) { return is_relay(*relay, entry.relay); }))
      return Welcome::yes;
  }
  return listed && !facts.settings().allows_relays.matches(lower) ? Welcome::forged : Welcome::no;
}

Welcome welcome(const MailFacts& facts, const AddressPatterns* plain,
                const std::vector<RelayedAddress>& relayed) {
  Welcome result = Welcome::no;
  for (const std::string& address : facts.senders()) {
    if (plain != nullptr && plain->matches(address)) return Welcome::yes;
    const Welcome found = welcome_by_relay(facts, relayed, address);
    if (found == Welcome::yes) return found;
    if (found == Welcome::forged) result = found;
  }
  return result;
}

Welcome welcome_from(const MailFacts& facts) {
  return welcome(facts, &facts.settings().welcome_from, facts.settings().welcome_from_rcvd);
}

Welcome default_welcome_from(const MailFacts& facts) {
  return welcome(facts, nullptr, facts.settings().default_welcome_from_rcvd);
}

SignalResult check_from_in_welcomelist(const ScanContext& context, const EvalArguments&) {
  return answer(welcome_from(facts_of(context)) == Welcome::yes);
}

SignalResult check_from_in_default_welcomelist(const ScanContext& context, const EvalArguments&) {
  return answer(default_welcome_from(facts_of(context)) == Welcome::yes);
}

SignalResult check_forged_in_welcomelist(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  return answer(welcome_from(facts) == Welcome::forged &&
                default_welcome_from(facts) == Welcome::no);
}

SignalResult check_forged_in_default_welcomelist(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  return answer(default_welcome_from(facts) == Welcome::forged &&
                welcome_from(facts) == Welcome::no);
}

SignalResult check_from_in_blocklist(const ScanContext& context, const EvalArguments&) {
  return from_in(context, facts_of(context).settings().block_from);
}
SignalResult check_to_in_blocklist(const ScanContext& context, const EvalArguments&) {
  return to_in(context, facts_of(context).settings().block_to);
}
SignalResult check_to_in_welcomelist(const ScanContext& context, const EvalArguments&) {
  return to_in(context, facts_of(context).settings().welcome_to);
}
SignalResult check_to_in_more_spam(const ScanContext& context, const EvalArguments&) {
  return to_in(context, facts_of(context).settings().more_spam_to);
}
SignalResult check_to_in_all_spam(const ScanContext& context, const EvalArguments&) {
  return to_in(context, facts_of(context).settings().all_spam_to);
}

const AddressPatterns* named_list(const ScanContext& context, const EvalArguments& arguments) {
  const auto& lists = facts_of(context).settings().address_lists;
  const auto found = arguments.empty() ? lists.end() : lists.find(arguments[0]);
  return found == lists.end() ? nullptr : &found->second;
}

SignalResult check_from_in_list(const ScanContext& context, const EvalArguments& arguments) {
  const AddressPatterns* list = named_list(context, arguments);
  return list == nullptr ? answer(false) : from_in(context, *list);
}

SignalResult check_to_in_list(const ScanContext& context, const EvalArguments& arguments) {
  const AddressPatterns* list = named_list(context, arguments);
  return list == nullptr ? answer(false) : to_in(context, *list);
}

SignalResult check_replyto_in_list(const ScanContext& context, const EvalArguments& arguments) {
  const AddressPatterns* list = named_list(context, arguments);
  const std::string address(facts_of(context).first_line("Reply-To:addr"));
  return answer_with(list != nullptr && !address.empty() && list->matches(address),
                     "header Reply-To", address);
}

// The relay that handed the mail over is of the domain of the envelope's sender.
SignalResult check_mailfrom_matches_rcvd(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  const std::string_view sender = facts.first_line("EnvelopeFrom:addr");
  const std::size_t at = sender.rfind('@');
  if (at == sender.npos || sender.find('.', at) == sender.npos) return answer(false);
  const std::string domain = facts.settings().registered_domain(sender.substr(at + 1));
  const auto relays = handing_relays(facts.relays());
  return answer(std::any_of(relays.begin(), relays.end(), [&](const Relay* relay) {
    return !relay->rdns.empty() && facts.settings().registered_domain(relay->rdns) == domain;
  }));
}

using HostList = std::map<std::string, bool, std::less<>>;

// The most specific entry for a host decides: "sub.example.com", "example.com", "com".
bool is_listed(std::string_view host, const HostList& list) {
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (parse_ip_address(host)) {
    const auto found = list.find(host);
    return found != list.end() && found->second;
  }
  const auto labels = static_cast<std::size_t>(std::count(host.begin(), host.end(), '.')) + 1;
  for (std::size_t skipped = 0; skipped < labels; ++skipped) {
    const auto found = skipped + kMostLabels < labels ? list.end() : list.find(host);
    if (found != list.end()) return found->second;
    host.remove_prefix(std::min(host.find('.'), host.size() - 1) + 1);
  }
  return false;
}

SignalResult host_listed(const ScanContext& context, std::string_view name) {
  const MailFacts& facts = facts_of(context);
  const auto list = facts.settings().host_lists.find(name);
  if (list == facts.settings().host_lists.end()) return answer(false);
  for (const FoundLink& found : facts.message().links) {
    if (!found.link.host.empty() && is_listed(found.link.host, list->second))
      return answer_with(true, "uri", found.link.url);
  }
  return answer(false);
}

SignalResult check_uri_host_listed(const ScanContext& context, const EvalArguments& arguments) {
  return arguments.empty() ? answer(false) : host_listed(context, arguments[0]);
}
SignalResult check_uri_host_in_blocklist(const ScanContext& context, const EvalArguments&) {
  return host_listed(context, "BLOCK");
}
SignalResult check_uri_host_in_welcomelist(const ScanContext& context, const EvalArguments&) {
  return host_listed(context, "WELCOME");
}

// A list's pattern stands anywhere in the Subject.
SignalResult subject_in(const ScanContext& context, const std::vector<std::string>& globs) {
  const std::string subject = to_ascii_lower(facts_of(context).header("Subject"));
  for (const std::string& glob : globs) {
    if (!subject.empty() && matches_glob(subject, "*" + glob + "*"))
      return answer_with(true, "header Subject", subject);
  }
  return answer(false);
}

SignalResult check_subject_in_welcomelist(const ScanContext& context, const EvalArguments&) {
  return subject_in(context, facts_of(context).settings().welcome_subjects);
}
SignalResult check_subject_in_blocklist(const ScanContext& context, const EvalArguments&) {
  return subject_in(context, facts_of(context).settings().block_subjects);
}

SignalResult have_any_bounce_relays(const ScanContext& context, const EvalArguments&) {
  return answer(!facts_of(context).settings().bounce_relays.all().empty());
}

// A bounce returns one of our own mails: a Received line in its body names one of our relays.
SignalResult check_welcomelist_bounce_relays(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  const AddressPatterns& relays = facts.settings().bounce_relays;
  if (relays.all().empty() || facts.message().parts.empty()) return answer(false);
  std::string_view body = facts.message().parts.front().body;
  bool in_received = false;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    const std::size_t begin = std::min(line.find_first_not_of("> "), line.size());
    const bool continues = !line.empty() && is_space(line.front());
    if (!continues) in_received = starts_ignoring_case(line.substr(begin), "Received:");
    if (!in_received) continue;
    std::string_view rest = line;
    while (!rest.empty()) {
      const std::size_t blank = std::min(rest.find_first_of(" \t\r"), rest.size());
      const std::string_view word = rest.substr(0, blank);
      rest.remove_prefix(std::min(blank + 1, rest.size()));
      if (word.find('.') != word.npos && relays.matches(word)) return answer(true);
    }
  }
  return answer(false);
}

// Under its newer and its older name.
void add_both(SignalTable& table, const std::string& name, const SignalFunction& function) {
  table[name] = function;
  std::string older = name;
  for (const auto& [now, before] :
       {std::pair<std::string, std::string>("welcomelist", "whitelist"),
        std::pair<std::string, std::string>("blocklist", "blacklist")}) {
    const std::size_t place = older.find(now);
    if (place != std::string::npos) older.replace(place, now.size(), before);
  }
  table[older] = function;
}

}  // namespace

void add_address_list_evals(SignalTable& table) {
  add_both(table, "check_from_in_welcomelist", check_from_in_welcomelist);
  add_both(table, "check_from_in_default_welcomelist", check_from_in_default_welcomelist);
  add_both(table, "check_forged_in_welcomelist", check_forged_in_welcomelist);
  add_both(table, "check_forged_in_default_welcomelist", check_forged_in_default_welcomelist);
  add_both(table, "check_from_in_blocklist", check_from_in_blocklist);
  add_both(table, "check_to_in_blocklist", check_to_in_blocklist);
  add_both(table, "check_to_in_welcomelist", check_to_in_welcomelist);
  add_both(table, "check_uri_host_in_blocklist", check_uri_host_in_blocklist);
  add_both(table, "check_uri_host_in_welcomelist", check_uri_host_in_welcomelist);
  add_both(table, "check_subject_in_welcomelist", check_subject_in_welcomelist);
  add_both(table, "check_subject_in_blocklist", check_subject_in_blocklist);
  add_both(table, "check_welcomelist_bounce_relays", check_welcomelist_bounce_relays);
  table["check_to_in_more_spam"] = check_to_in_more_spam;
  table["check_to_in_all_spam"] = check_to_in_all_spam;
  table["check_from_in_list"] = check_from_in_list;
  table["check_to_in_list"] = check_to_in_list;
  table["check_replyto_in_list"] = check_replyto_in_list;
  table["check_mailfrom_matches_rcvd"] = check_mailfrom_matches_rcvd;
  table["check_uri_host_listed"] = check_uri_host_listed;
  table["have_any_bounce_relays"] = have_any_bounce_relays;
}

}  // namespace secondlook
