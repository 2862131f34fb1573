#include <algorithm>
#include <optional>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/stock_evals/body_addresses.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/machine_address.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostBodyAddresses = 40;

// A free provider's domain; "*" stands for anything without a dot.
bool matches_domain(std::string_view domain, std::string_view glob) {
  return matches_glob(domain, glob) &&
         std::count(domain.begin(), domain.end(), '.') == std::count(glob.begin(), glob.end(), '.');
}

bool is_freemail(const MailFacts& facts, std::string_view address) {
  const StockSettings& settings = facts.settings();
  const std::size_t at = address.rfind('@');
  if (at == address.npos) return false;
  const std::string_view domain = address.substr(at + 1);
  if (settings.freemail_excepted.contains(address) || settings.freemail_excepted.contains(domain) ||
      is_office_or_machine(address))
    return false;
  return settings.freemail.contains(domain) ||
         std::any_of(settings.freemail_globs.begin(), settings.freemail_globs.end(),
                     [&](const std::string& glob) { return matches_domain(domain, glob); });
}

std::vector<std::string> lower_lines(const MailFacts& facts, std::string_view field) {
  std::vector<std::string> lines;
  for (const std::string_view line : facts.header_lines(field))
    lines.push_back(to_ascii_lower(line));
  return lines;
}

SignalResult first_freemail(const MailFacts& facts, const std::vector<std::string>& addresses,
                            const std::string& pattern, const std::string& where) {
  for (const std::string& address : addresses) {
    if (is_freemail(facts, address) && (pattern.empty() || facts.matches(pattern, address)))
      return answer_with(true, where, address);
  }
  return answer(false);
}

SignalResult check_freemail_from(const ScanContext& context, const EvalArguments& arguments) {
  const MailFacts& facts = facts_of(context);
  std::vector<std::string> senders;
  for (const std::string& address : facts.senders()) senders.push_back(to_ascii_lower(address));
  return first_freemail(facts, senders, arguments.empty() ? "" : arguments[0], "sender");
}

SignalResult check_freemail_header(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.empty()) return answer(false);
  const MailFacts& facts = facts_of(context);
  return first_freemail(facts, lower_lines(facts, arguments[0] + ":addr"),
                        arguments.size() < 2 ? "" : arguments[1], "header " + arguments[0]);
}

// Free addresses of the body; nothing when it holds so many that they say nothing.
std::optional<std::vector<std::string>> body_freemail(const MailFacts& facts) {
  const StockSettings& settings = facts.settings();
  std::vector<std::string> all;
  for (const FoundLink& found : facts.message().links) {
    if (found.kind != FoundLink::Kind::href || !starts_ignoring_case(found.link.url, "mailto:"))
      continue;
    for (std::string& address : find_body_addresses(found.link.url.substr(7), 1, settings))
      if (all.size() < kMostBodyAddresses / 2) all.push_back(std::move(address));
  }
  for (std::string& address :
       find_body_addresses(facts.message().body_text, kMostBodyAddresses, settings))
    all.push_back(std::move(address));
  std::vector<std::string> free;
  std::vector<std::string_view> seen;
  for (const std::string& address : all) {
    if (std::find(seen.begin(), seen.end(), address) != seen.end()) continue;
    seen.emplace_back(address);
    const bool is_free = is_freemail(facts, address);
    const bool too_many = seen.size() == settings.freemail_most_emails ||
                          (is_free && free.size() + 1 == settings.freemail_most_freemails);
    if (too_many && settings.freemail_skips_over_most) return std::nullopt;
    if (is_free) free.push_back(address);
  }
  return free;
}

SignalResult check_freemail_body(const ScanContext& context, const EvalArguments& arguments) {
  const MailFacts& facts = facts_of(context);
  const auto addresses = body_freemail(facts);
  if (!addresses) return answer(false);
  return first_freemail(facts, *addresses, arguments.empty() ? "" : arguments[0], "body");
}

// An answer goes to another free address than the mail comes from: in Reply-To, or asked for in the
// body. "replyto" wants Reply-To to be free, "reply" takes From where there is no Reply-To.
SignalResult check_freemail_replyto(const ScanContext& context, const EvalArguments& arguments) {
  const MailFacts& facts = facts_of(context);
  const bool any_reply = !arguments.empty() && arguments[0] == "reply";
  if (const auto& sender = facts.envelope_sender();
      sender && is_bulk_sender(to_ascii_lower(*sender)))
    return answer(false);
  const auto from = lower_lines(facts, "From:addr"), reply = lower_lines(facts, "Reply-To:addr");
  const auto is_free = [&](const std::string& address) { return is_freemail(facts, address); };
  const bool from_free = std::any_of(from.begin(), from.end(), is_free);
  const bool reply_free = std::any_of(reply.begin(), reply.end(), is_free);
  const bool elsewhere = std::none_of(from.begin(), from.end(), [&](const std::string& address) {
    return std::find(reply.begin(), reply.end(), address) != reply.end();
  });
  if (from_free && reply_free && elsewhere)
    return answer_with(true, "header Reply-To", reply.front());
  if (!any_reply && !reply_free) return answer(false);
  if (any_reply && ((!reply.empty() && !reply_free) || !from_free)) return answer(false);
  const auto body = body_freemail(facts);
  if (!body) return answer(false);
  for (const std::string& address : *body) {
    for (const std::string& expected : reply_free ? reply : from)
      if (address != expected) return answer_with(true, "body", address);
  }
  return answer(false);
}

}  // namespace

void add_freemail_evals(SignalTable& table) {
  table["check_freemail_from"] = check_freemail_from;
  table["check_freemail_header"] = check_freemail_header;
  table["check_freemail_body"] = check_freemail_body;
  table["check_freemail_replyto"] = check_freemail_replyto;
}

}  // namespace secondlook
