// HeaderEval's "forged" family: From names a large mail provider, and the fields that this provider
// always writes are not there.
#include <algorithm>
#include <array>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

// IPv4 or IPv6; inside other expressions "[\\w.:]{3,45}" stands for either.
constexpr std::string_view kAddress =
    "\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9a-fA-F]*(?::[0-9a-fA-F]*){2,7}";

std::string with_single_blanks(std::string_view text) {
  std::string single;
  for (const char c : text) {
    if (!is_space(c))
      single += c;
    else if (single.empty() || single.back() != ' ')
      single += ' ';
  }
  return single;
}

bool is_from(const MailFacts& facts, std::string_view domain) {
  const std::string from = to_ascii_lower(facts.first_line("From:addr"));
  const std::size_t place = from.size() - std::min(domain.size(), from.size());
  return from.ends_with(domain) &&
         (place == 0 ||
          !(is_letter(from[place - 1]) || is_digit(from[place - 1]) || from[place - 1] == '_'));
}

// The mail pickup of an MSN group.
bool is_from_msn_group(const MailFacts& facts) {
  return facts.matches("(?i)<\\S+@groups\\.msn\\.com>", facts.header("To")) &&
         facts.matches("from mail pickup service by p\\d\\d\\.groups\\.msn\\.com\\b",
                       facts.header("Received")) &&
         facts.matches("^<\\S+@(?:\\S+\\.)?groups\\.msn\\.com>", facts.header("Message-Id"));
}

enum class HotmailTrace { fine, forged, missing };

HotmailTrace trace_hotmail(const MailFacts& facts) {
  const std::string received = with_single_blanks(facts.header("Received"));
  if (received.find("from mail pickup service by hotmail.com with Microsoft SMTPSVC;") !=
          std::string::npos ||
      is_from_msn_group(facts) || loses_received_lines(facts))
    return HotmailTrace::fine;
  const bool web = facts.matches(kAddress, facts.header("X-Originating-Ip"));
  const bool outlook =
      facts.matches("hotmail\\.com|msonline-outlook", facts.header("X-OriginatorOrg"));
  constexpr std::array<std::string_view, 4> kWeb = {
      "from (?:\\S*\\.)?hotmail.com \\(\\S+\\.hotmail(?:\\.msn)?\\.com[ \\)]",
      "from \\S*\\.hotmail.com \\(\\[[\\w.:]{3,45}\\][ \\):]",
      "from \\S+ by \\S+\\.hotmail(?:\\.msn)?\\.com with HTTP;",
      "from \\[66\\.218.\\S+\\] by \\S+\\.yahoo\\.com"};
  constexpr std::array<std::string_view, 2> kOutlook = {
      "from \\S*\\.outbound\\.protection\\.outlook\\.com "
      "\\(\\S+\\.outbound\\.protection\\.outlook\\.com[ \\)]",
      "from \\S*\\.(?:eur|nam)prd\\d+\\.prod\\.outlook\\.com \\([\\w.:]{3,45}\\)"};
  for (const std::string_view way : kWeb) {
    if (web && facts.matches(way, received)) return HotmailTrace::fine;
  }
  for (const std::string_view way : kOutlook) {
    if (outlook && facts.matches(way, received)) return HotmailTrace::fine;
  }
  if (facts.matches("(?:from |HELO |helo=)\\S*hotmail\\.com\\b", received))
    return HotmailTrace::forged;
  return is_from(facts, "hotmail.com") ? HotmailTrace::missing : HotmailTrace::fine;
}

SignalResult check_for_forged_hotmail_received_headers(const ScanContext& context,
                                                       const EvalArguments&) {
  return answer(trace_hotmail(facts_of(context)) == HotmailTrace::forged);
}

SignalResult check_for_no_hotmail_received_headers(const ScanContext& context,
                                                   const EvalArguments&) {
  return answer(trace_hotmail(facts_of(context)) == HotmailTrace::missing);
}

SignalResult check_for_msn_groups_headers(const ScanContext& context, const EvalArguments&) {
  return answer(is_from_msn_group(facts_of(context)));
}

SignalResult check_for_forged_gmail_received_headers(const ScanContext& context,
                                                     const EvalArguments&) {
  constexpr std::size_t kShortestState = 60;
  const MailFacts& facts = facts_of(context);
  if (!is_from(facts, "gmail.com")) return answer(false);
  const std::string& inner = facts.header("X-Received");
  const bool sent =
      facts.matches("by 10\\.\\S+ with SMTP id \\S+", inner) ||
      facts.matches("by 2002:a\\d\\d:\\w+:\\S+ with SMTP id \\S+", inner) ||
      facts.matches("by smtp\\.googlemail\\.com with ESMTPSA id \\S+", facts.header("Received"));
  const bool marked = facts.header("X-Gm-Message-State").size() >= kShortestState &&
                      facts.header("X-Google-Smtp-Source").size() >= kShortestState;
  return answer(!sent && !marked);
}

SignalResult check_for_forged_yahoo_received_headers(const ScanContext& context,
                                                     const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  if (!is_from(facts, "yahoo.com") || loses_received_lines(facts)) return answer(false);
  std::string received = facts.header("Received");
  const bool resent = !facts.header("Resent-From").empty() && !facts.header("Resent-To").empty();
  if (resent && !facts.header("X-Received").empty()) received = facts.header("X-Received");
  received = with_single_blanks(received);
  const RelayTrail& trail = facts.relays();
  const auto is_yahoo = [](const Relay& relay) { return relay.rdns.ends_with(".yahoo.com"); };
  if (std::any_of(trail.trusted.begin(), trail.trusted.end(), is_yahoo) ||
      (!trail.untrusted.empty() && is_yahoo(trail.untrusted.front())))
    return answer(false);
  constexpr std::array<std::string_view, 5> kWays = {
      "by web\\S+\\.mail\\S*\\.yahoo\\.com via HTTP",
      "by sonic\\S+\\.consmr\\.mail\\S*\\.yahoo\\.com with HTTP",
      "by smtp\\S+\\.yahoo\\.com with SMTP",
      "from \\[[\\w.:]{3,45}\\] by \\S+\\.(?:groups|scd|dcn)\\.yahoo\\.com with NNFMP",
      "by \\w+\\.\\w+\\.yahoo\\.com \\(\\d+\\.\\d+\\.\\d+/\\d+\\.\\d+\\.\\d+\\)(?: with ESMTP)? id "
      "\\w+"};
  for (const std::string_view way : kWays) {
    if (facts.matches(way, received)) return answer(false);
  }
  const bool bulk = facts.matches("\\bmailer\\d+\\.bulk\\.scd\\.yahoo\\.com\\b", received);
  return answer(
      !(bulk && to_ascii_lower(facts.first_line("From:addr")).ends_with("@reply.yahoo.com")));
}

SignalResult check_for_forged_juno_received_headers(const ScanContext& context,
                                                    const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  if (!is_from(facts, "juno.com") || loses_received_lines(facts)) return answer(false);
  const std::string& received = facts.header("Received");
  const std::string& mailer = facts.header("X-Mailer");
  if (!facts.header("X-Originating-IP").empty()) {
    const bool known =
        facts.matches("from.*\\b(?:juno|untd)\\.com.*[\\[(][\\w.:]{3,45}[\\])].*by", received) ||
        facts.matches(" cookie\\.(?:juno|untd)\\.com ", received);
    return answer(!known || mailer.find("Juno ") == std::string::npos);
  }
  // Every way without that field ends in "forged".
  return answer(true);
}

SignalResult check_for_forged_eudoramail_received_headers(const ScanContext& context,
                                                          const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  if (!is_from(facts, "eudoramail.com") || loses_received_lines(facts)) return answer(false);
  const std::string received = with_single_blanks(facts.header("Received"));
  return answer(!(facts.matches("by \\S*whowhere.com;", received) &&
                  facts.matches(kAddress, facts.header("X-Sender-Ip"))));
}

SignalResult check_for_fake_aol_relay_in_rcvd(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  const std::string received = with_single_blanks(facts.header("Received"));
  return answer(facts.matches("(?i) rly-[a-z][a-z]\\d\\d\\.", received) &&
                !facts.matches("/AOL-\\d+\\.\\d+\\.\\d+\\)", received) &&
                !facts.matches("ESMTP id (?:RELAY|MAILRELAY|MAILIN)", received));
}

}  // namespace

void add_forged_origin_evals(SignalTable& table) {
  table["check_for_forged_hotmail_received_headers"] = check_for_forged_hotmail_received_headers;
  table["check_for_no_hotmail_received_headers"] = check_for_no_hotmail_received_headers;
  table["check_for_msn_groups_headers"] = check_for_msn_groups_headers;
  table["check_for_forged_gmail_received_headers"] = check_for_forged_gmail_received_headers;
  table["check_for_forged_yahoo_received_headers"] = check_for_forged_yahoo_received_headers;
  table["check_for_forged_juno_received_headers"] = check_for_forged_juno_received_headers;
  table["check_for_forged_eudoramail_received_headers"] =
      check_for_forged_eudoramail_received_headers;
  table["check_for_fake_aol_relay_in_rcvd"] = check_for_fake_aol_relay_in_rcvd;
}

}  // namespace secondlook
