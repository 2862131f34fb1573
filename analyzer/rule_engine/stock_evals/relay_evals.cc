#include <algorithm>
#include <array>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/ip_networks.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

SignalResult check_all_trusted(const ScanContext& context, const EvalArguments&) {
  const RelayTrail& trail = facts_of(context).relays();
  return answer(!trail.trusted.empty() && trail.untrusted.empty() && trail.unreadable == 0);
}

SignalResult check_no_relays(const ScanContext& context, const EvalArguments&) {
  const RelayTrail& trail = facts_of(context).relays();
  return answer(trail.is_empty() && trail.unreadable == 0);
}

SignalResult check_relays_unparseable(const ScanContext& context, const EvalArguments&) {
  return answer(facts_of(context).relays().unreadable > 0);
}

bool is_public_ipv4(std::string_view text) {
  const auto address = text.find(':') == text.npos ? parse_ip_address(text) : std::nullopt;
  return address && !is_private_address(*address);
}

// Without the last number: "192.0.2." of "192.0.2.7".
std::string_view network_of(std::string_view ip) {
  return ip.substr(0, ip.rfind('.') + 1);
}

// A relay greets with an address of another network than its own.
SignalResult helo_ip_mismatch(const ScanContext& context, const EvalArguments&) {
  for (const Relay& relay : facts_of(context).relays().untrusted) {
    if (is_public_ipv4(relay.helo) && is_public_ipv4(relay.ip) &&
        network_of(relay.helo) != network_of(relay.ip))
      return answer_with(true, "header Received", relay.helo + " " + relay.ip);
  }
  return answer(false);
}

SignalResult check_for_numeric_helo(const ScanContext& context, const EvalArguments&) {
  for (const Relay& relay : facts_of(context).relays().untrusted) {
    if (parse_ip_address(relay.helo) && relay.helo.find(':') == std::string::npos)
      return answer_with(is_public_ipv4(relay.helo), "header Received", relay.helo);
  }
  return answer(false);
}

SignalResult check_for_sender_no_reverse(const ScanContext& context, const EvalArguments&) {
  const auto& untrusted = facts_of(context).relays().untrusted;
  return answer(!untrusted.empty() && untrusted.back().rdns.find('.') != std::string::npos &&
                !untrusted.back().ip_private);
}

// The last public relay that greets as a large mail provider has no name of its own.
SignalResult check_for_no_rdns_dotcom_helo(const ScanContext& context, const EvalArguments&) {
  constexpr std::array<std::string_view, 11> kProviders = {
      "lycos.com", "lycos.co.uk", "hotmail.com", "localhost.com", "excite.com", "caramail.com",
      "cs.com",    "aol.com",     "msn.com",     "yahoo.com",     "drizzle.com"};
  bool found = false;
  for (const Relay& relay : facts_of(context).relays().untrusted) {
    if (relay.ip_private) continue;
    const std::string helo = "." + to_ascii_lower(relay.helo);
    found = relay.no_reverse_dns &&
            std::any_of(kProviders.begin(), kProviders.end(),
                        [&](auto end) { return helo.ends_with("." + std::string(end)); });
  }
  return answer(found);
}

// The last two labels, or three under country codes with a second level.
std::string domain_of_host(std::string_view host) {
  if (std::none_of(host.begin(), host.end(), is_letter)) return std::string(host);
  const std::size_t last = host.rfind('.');
  if (last == host.npos) return std::string(host);
  const std::string_view top = host.substr(last + 1);
  const bool flat = top.size() >= 3 || top == "ie" || top == "fr" || top == "de";
  std::size_t labels = flat ? 2 : 3;
  std::size_t at = host.size();
  for (; labels > 0; --labels) {
    at = host.rfind('.', at - 1);
    if (at == host.npos || at == 0) return std::string(host);
  }
  return std::string(host.substr(at + 1));
}

// A name of three labels' worth of letters at least: what the stock test asks of both sides.
bool looks_like_host(std::string_view name) {
  if (name.size() < 5 || name.find('.') == name.npos || !is_word(name.front()) ||
      !is_word(name.back()))
    return false;
  const std::size_t dot = name.rfind('.', name.size() - 2);
  return dot != name.npos && dot >= 2 && std::all_of(name.begin(), name.end(), [](char c) {
           return is_word(c) || c == '.' || c == '-';
         });
}

// Neighbouring relays must have met: who handed over below is who received above.
SignalResult check_for_forged_received_trail(const ScanContext& context, const EvalArguments&) {
  const auto& untrusted = facts_of(context).relays().untrusted;
  std::size_t mismatches = 0;
  std::string previous;
  for (std::size_t i = 0; i < untrusted.size(); ++i) {
    const std::string by = domain_of_host(to_ascii_lower(untrusted[i].by));
    const std::string from = domain_of_host(to_ascii_lower(untrusted[i].rdns));
    if (i > 0 && looks_like_host(by) && looks_like_host(previous) && by != previous &&
        !(by == "msn.com" && previous == "hotmail.com"))
      ++mismatches;
    previous = from;
  }
  return answer(mismatches > 1);
}

SignalResult check_for_forged_received_ip_helo(const ScanContext& context, const EvalArguments&) {
  const auto two_numbers = [](std::string_view ip) {
    return ip.substr(0, ip.find('.', ip.find('.') + 1));
  };
  for (const Relay& relay : facts_of(context).relays().untrusted) {
    if (is_public_ipv4(relay.helo) && parse_ip_address(relay.ip) &&
        relay.ip.find(':') == std::string::npos && relay.ip != relay.helo &&
        two_numbers(relay.ip) != two_numbers(relay.helo) && looks_like_host(relay.by))
      return answer_with(true, "header Received", relay.helo + " " + relay.ip);
  }
  return answer(false);
}

// From is of the domain; "true": a relay of the domain handed it to another of it, else: none did.
SignalResult check_for_from_domain_in_received_headers(const ScanContext& context,
                                                       const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const MailFacts& facts = facts_of(context);
  const std::string domain = to_ascii_lower(arguments[0]);
  const std::string from = to_ascii_lower(facts.first_line("From:addr"));
  if (from.find(domain) == std::string::npos) return answer(false);
  const auto within = [&](const Relay& relay) {
    return to_ascii_lower(relay.rdns).ends_with(domain) &&
           to_ascii_lower(relay.by).ends_with(domain);
  };
  const RelayTrail& trail = facts.relays();
  const bool found = std::any_of(trail.trusted.begin(), trail.trusted.end(), within) ||
                     std::any_of(trail.untrusted.begin(), trail.untrusted.end(), within);
  return answer(found == (arguments[1] == "true"));
}

}  // namespace

void add_relay_evals(SignalTable& table) {
  table["check_all_trusted"] = check_all_trusted;
  table["check_no_relays"] = check_no_relays;
  table["check_relays_unparseable"] = check_relays_unparseable;
  table["helo_ip_mismatch"] = helo_ip_mismatch;
  table["check_for_numeric_helo"] = check_for_numeric_helo;
  table["check_for_sender_no_reverse"] = check_for_sender_no_reverse;
  table["check_for_no_rdns_dotcom_helo"] = check_for_no_rdns_dotcom_helo;
  table["check_for_forged_received_trail"] = check_for_forged_received_trail;
  table["check_for_forged_received_ip_helo"] = check_for_forged_received_ip_helo;
  table["check_for_from_domain_in_received_headers"] = check_for_from_domain_in_received_headers;
}

}  // namespace secondlook
