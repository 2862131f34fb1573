#include <algorithm>
#include <array>
#include <set>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/faraway_charset.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

constexpr std::size_t kFewestLettersOfSubject = 10;

SignalResult check_for_missing_to_header(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  return answer(facts.header("To").empty() && facts.header("Apparently-To").empty());
}

// A Subject of several words, all in capitals.
SignalResult subject_is_all_caps(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  std::string_view subject = trim(facts.header("Subject"));
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view prefix :
         {"Re:", "Fwd:", "Fw:", "Aw:", "Antwort:", "WG:", "SV:", "VB:", "VS:", "VL:"}) {
      if (!starts_ignoring_case(subject, prefix)) continue;
      subject = trim(subject.substr(prefix.size()));
      again = true;
    }
  }
  if (subject.find_first_of(" \t\n") == subject.npos || subject.size() < kFewestLettersOfSubject)
    return answer(false);
  const auto lower =
      std::count_if(subject.begin(), subject.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  const auto upper =
      std::count_if(subject.begin(), subject.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  const std::string& raw = facts.header("Subject:raw");
  const std::size_t charset = raw.find("=?");
  const bool encoded =
      charset != std::string::npos &&
      may_look_like_capitals(raw.substr(charset + 2, raw.find('?', charset + 2) - charset - 2));
  return answer_with(upper > 0 && lower == 0 && !encoded, "header Subject", subject);
}

bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

// "joe, look at this", "re: joe": the recipient's name before the @ ("user"), or the whole address.
SignalResult check_for_to_in_subject(const ScanContext& context, const EvalArguments& arguments) {
  const MailFacts& facts = facts_of(context);
  const std::string to = to_ascii_lower(facts.first_line("To:addr"));
  const std::string subject = to_ascii_lower(facts.first_line("Subject"));
  if (to.empty() || arguments.empty()) return answer(false);
  if (arguments[0] == "address") return answer(subject.find(to) != std::string::npos);
  const std::string user = to.substr(0, to.find('@'));
  if (arguments[0] != "user" || user.empty()) return answer(false);
  std::string_view rest = subject;
  for (const std::string_view prefix : {"re:", "fw:"}) {
    if (!rest.starts_with(prefix)) continue;
    rest = trim(rest.substr(prefix.size()));
    const std::size_t blank = rest.find(' ');
    if (rest == user ||
        (blank != rest.npos && trim(rest.substr(blank)) == user &&
         std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(blank), is_word)))
      return answer_with(true, "header Subject", subject);
  }
  if (subject == user) return answer_with(true, "header Subject", subject);
  // Before a sign of address, in just these letters.
  const std::string_view written = facts.first_line("Subject");
  const std::string_view exact = facts.first_line("To:addr").substr(0, user.size());
  if (trim(written).starts_with(exact)) {
    const std::string_view behind = trim(trim(written).substr(exact.size()));
    const bool addressed =
        !behind.empty() &&
        std::string_view(",:;!?-").find(behind.front()) != std::string_view::npos &&
        (behind.size() == 1 || is_space(behind[1]));
    if (addressed) return answer_with(true, "header Subject", written);
  }
  const std::size_t comma = subject.rfind(user);
  const bool at_end = comma != std::string::npos && comma + user.size() + 1 == subject.size() &&
                      std::string_view(",:;!?-").find(subject.back()) != std::string_view::npos;
  const std::string_view before = at_end ? trim(std::string_view(subject).substr(0, comma)) : "";
  return answer_with(before.ends_with(','), "header Subject", subject);
}

// Well-formed UTF-8 with at least one character beyond ASCII.
bool is_utf8_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead < 0x80   ? 0
                             : lead < 0xC2 ? 9
                             : lead < 0xE0 ? 1
                             : lead < 0xF0 ? 2
                             : lead < 0xF5 ? 3
                                           : 9;
    if (more == 9 || i + more >= text.size() + (more == 0 ? 1 : 0)) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) return false;
    i += more + 1;
  }
  return true;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

// Bytes that no header may hold: a share of them and a number.
SignalResult check_illegal_chars(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 3) return answer(false);
  const bool raw = arguments[0].ends_with(":raw");
  const std::string& text = facts_of(context).header(raw ? arguments[0] : arguments[0] + ":raw");
  if (trim(text).empty()) return answer(false);
  const bool has_high = std::any_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  if (has_high && is_utf8_text(text) && std::none_of(text.begin(), text.end(), is_control))
    return answer(false);
  auto illegal = std::count_if(text.begin(), text.end(), [](char c) {
    return is_control(c) || static_cast<unsigned char>(c) >= 0x7f;
  });
  if (illegal > 0 && equals_ignoring_case(arguments[0].substr(0, 7), "subject")) {
    const auto signs = std::count_if(text.begin(), text.end(), [](char c) {
      return c == '\xa2' || c == '\xa3' || c == '\xae';  // cent, pound, registered
    });
    if (signs == 1) --illegal;
  }
  const double share = static_cast<double>(illegal) / static_cast<double>(text.size());
  return answer(share >= number_in(arguments[1]) &&
                static_cast<double>(illegal) >= number_in(arguments[2]));
}

SignalResult check_header_count_range(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 3) return answer(false);
  std::set<std::string_view> values;
  for (const HeaderField& field : facts_of(context).message().headers) {
    if (equals_ignoring_case(field.name, arguments[0])) values.insert(field.value);
  }
  const auto count = static_cast<double>(values.size());
  return answer(count >= number_in(arguments[1]) && count <= number_in(arguments[2]));
}

// "%TO_NAME" left by a mailing program, in fields that never hold such a thing.
SignalResult check_unresolved_template(const ScanContext& context, const EvalArguments&) {
  constexpr std::array<std::string_view, 13> kFree = {"X-VMS-To",
                                                      "X-UIDL",
                                                      "X-Face",
                                                      "To",
                                                      "Cc",
                                                      "From",
                                                      "Subject",
                                                      "References",
                                                      "In-Reply-To",
                                                      "Message-Id",
                                                      "X-Message-Id",
                                                      "Resent-Message-Id",
                                                      "X-Original-Message-Id"};
  for (const HeaderField& field : facts_of(context).message().headers) {
    if (std::any_of(kFree.begin(), kFree.end(),
                    [&](std::string_view name) { return equals_ignoring_case(field.name, name); }))
      continue;
    const std::string_view value = field.value;
    for (std::size_t at = value.find('%'); at != value.npos; at = value.find('%', at + 1)) {
      const auto is_capital = [&](std::size_t i) {
        return i < value.size() && value[i] >= 'A' && value[i] <= 'Z';
      };
      const bool second = is_capital(at + 2) ||
                          (at + 2 < value.size() && (value[at + 2] == '_' || value[at + 2] == '-'));
      if (is_capital(at + 1) && second)
        return answer_with(true, "header " + std::string(field.name), value.substr(at));
    }
  }
  return answer(false);
}

// The address of From stands behind 28 capitals in the Message-ID.
SignalResult check_ratware_name_id(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  const std::string_view id = facts.header("MESSAGEID");
  for (std::size_t open = id.find('<'); open != id.npos; open = id.find('<', open + 1)) {
    const std::string_view rest = id.substr(open + 1);
    const std::size_t close = rest.find('>');
    if (close == rest.npos || close < 30 || rest[28] != '.') continue;
    const bool capitals =
        std::all_of(rest.begin(), rest.begin() + 28, [](char c) { return c >= 'A' && c <= 'Z'; });
    const std::string address = "<" + std::string(rest.substr(29, close - 29)) + ">";
    const std::string& from = facts.header("From");
    const std::size_t place = from.find(address);
    if (!capitals || place == std::string::npos) continue;
    const std::string_view name = trim(std::string_view(from).substr(0, place));
    if (name.size() > 2 && name.ends_with('"')) return answer_with(true, "header Message-ID", rest);
  }
  return answer(false);
}

// The envelope's sender is the recipient's address turned round: "example.org.joe@".
SignalResult check_ratware_envelope_from(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  const std::string to = to_ascii_lower(facts.first_line("To:addr"));
  const std::string from = to_ascii_lower(facts.first_line("EnvelopeFrom:addr"));
  const std::size_t at = to.rfind('@');
  if (at == std::string::npos || at == 0 || from.empty()) return answer(false);
  if (from.starts_with("srs") && from.size() > 4 && is_digit(from[3])) return answer(false);
  const std::string domain = facts.settings().registered_domain(to.substr(at + 1));
  if (domain.find('.') == std::string::npos) return answer(false);
  const std::string user = to.substr(0, at) + "@";
  for (std::size_t place = from.find(domain); place != std::string::npos;
       place = from.find(domain, place + 1)) {
    const bool begins_word = place == 0 || !is_word(from[place - 1]);
    const std::size_t behind = place + domain.size() + 1;
    if (begins_word && behind <= from.size() && from.substr(behind).starts_with(user))
      return answer_with(true, "envelope sender", from);
  }
  return answer(false);
}

SignalResult check_for_matching_env_and_hdr_from(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  return answer(
      equals_ignoring_case(facts.first_line("EnvelopeFrom:addr"), facts.first_line("From:addr")));
}

// The last two labels behind the last "@".
std::string second_level_domain(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == address.npos) return "";
  const std::string domain = to_ascii_lower(address.substr(at + 1));
  const std::size_t last = domain.rfind('.');
  const std::size_t second =
      last == std::string::npos || last == 0 ? std::string::npos : domain.rfind('.', last - 1);
  return second == std::string::npos || second == 0 ? domain : domain.substr(second + 1);
}

// From and the envelope's sender are of different domains.
SignalResult check_equal_from_domains(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  const std::string from = second_level_domain(facts.first_line("From:addr"));
  const std::string envelope = second_level_domain(facts.first_line("EnvelopeFrom:addr"));
  return answer_with(!from.empty() && !envelope.empty() && from != envelope, "envelope sender",
                     envelope);
}

SignalResult check_for_faraway_charset_in_headers(const ScanContext& context,
                                                  const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  for (const std::string_view name : {"From:raw", "Subject:raw"}) {
    const std::string_view raw = facts.header(name);
    for (std::size_t at = raw.find("=?"); at != raw.npos; at = raw.find("=?", at + 2)) {
      const std::string_view rest = raw.substr(at + 2);
      const std::string_view charset = rest.substr(0, rest.find('?'));
      if (is_faraway(charset, facts.settings().ok_locales))
        return answer_with(true, "header", charset);
    }
  }
  return answer(false);
}

// SpamAssassin has retired it: always silent.
SignalResult check_for_unique_subject_id(const ScanContext&, const EvalArguments&) {
  return answer(false);
}

SignalResult check_messageid_not_usable(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  const std::string& received = facts.header("Received");
  return answer(facts.matches("(?i)<mailto:(?:leave-\\S+|\\S+-unsubscribe)@\\S+>$",
                              trim(facts.header("List-Unsubscribe"))) ||
                loses_received_lines(facts) || received.find("/CWT/DCE)") != std::string::npos ||
                received.find("iPlanet Messaging Server") != std::string::npos);
}

SignalResult gated_through_received_hdr_remover(const ScanContext& context, const EvalArguments&) {
  return answer(loses_received_lines(facts_of(context)));
}

}  // namespace

// Lists of ezmlm and MSN, and mails without any Received line.
bool loses_received_lines(const MailFacts& facts) {
  const std::string& received = facts.header("Received");
  if (facts.matches("(?m)^contact \\S+@\\S+; run by ezmlm$", facts.header("Mailing-List")) &&
      facts.matches("(?m)^mailing list \\S+@\\S+", facts.header("Delivered-To")) &&
      facts.matches("qmail \\d+ invoked (?:from network|by .{3,20})\\); \\d+ ... \\d+", received))
    return true;
  return received.empty() ||
         facts.matches("from groups\\.msn\\.com \\(\\S+\\.msn\\.com ", received);
}

void add_header_evals(SignalTable& table) {
  table["check_for_missing_to_header"] = check_for_missing_to_header;
  table["subject_is_all_caps"] = subject_is_all_caps;
  table["check_for_to_in_subject"] = check_for_to_in_subject;
  table["check_illegal_chars"] = check_illegal_chars;
  table["check_header_count_range"] = check_header_count_range;
  table["check_unresolved_template"] = check_unresolved_template;
  table["check_ratware_name_id"] = check_ratware_name_id;
  table["check_ratware_envelope_from"] = check_ratware_envelope_from;
  table["check_for_matching_env_and_hdr_from"] = check_for_matching_env_and_hdr_from;
  table["check_equal_from_domains"] = check_equal_from_domains;
  table["check_for_faraway_charset_in_headers"] = check_for_faraway_charset_in_headers;
  table["check_for_unique_subject_id"] = check_for_unique_subject_id;
  table["check_messageid_not_usable"] = check_messageid_not_usable;
  table["gated_through_received_hdr_remover"] = gated_through_received_hdr_remover;
}

}  // namespace secondlook
