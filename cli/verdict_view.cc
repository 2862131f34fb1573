#include "cli/verdict_view.h"

#include <cstdio>

#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostLines = 20;  // of a kind; the rest is counted (--json has them all)

std::string joined(const std::vector<std::string>& texts) {
  std::string line;
  for (const std::string& text : texts) line += (line.empty() ? "" : ", ") + text;
  return line;
}

void print_fact(const Console& console, std::string_view name, const std::string& value) {
  if (value.empty()) return;
  const std::string padding(name.size() < 13 ? 13 - name.size() : 1, ' ');
  console.out << "    " << name << padding << terminal_text(value) << '\n';
}

std::string sender_line(const Verdict& verdict) {
  if (verdict.sender_name.empty()) return verdict.sender;
  return verdict.sender_name + " <" + verdict.sender + ">";
}

std::string recipients_line(const Verdict& verdict) {
  std::string line;
  for (std::size_t i = 0; i < verdict.recipients.size() && i < kMostLines; ++i)
    line += (i == 0 ? "" : ", ") + verdict.recipients[i].address;
  if (verdict.recipients.size() > kMostLines)
    line += " and " + std::to_string(verdict.recipients.size() - kMostLines) + " more";
  return line;
}

std::string authentication_line(const AuthenticationFacts& facts) {
  std::vector<std::string> results;
  if (!facts.spf.empty()) results.push_back("spf=" + facts.spf);
  for (const DkimResult& dkim : facts.dkim)
    results.push_back("dkim=" + dkim.result +
                      (dkim.domain.empty() ? "" : " (" + dkim.domain + ")"));
  if (!facts.dmarc.empty()) results.push_back("dmarc=" + facts.dmarc);
  return joined(results);
}

std::string attachment_line(const Attachment& attachment) {
  std::string line = (attachment.name.empty() ? "(no name)" : attachment.name) + ", " +
                     std::to_string(attachment.size) + " bytes";
  if (!attachment.detected_type.empty()) line += ", " + attachment.detected_type;
  if (attachment.encrypted) line += ", encrypted";
  if (!attachment.malware.empty()) line += ", malware: " + attachment.malware;
  return line;
}

void print_hit(const Console& console, const RuleHit& hit) {
  const std::string score = score_text(hit.score);
  console.out << "    " << std::string(score.size() < 6 ? 6 - score.size() : 0, ' ') << score
              << "  " << console.coloured(Colour::bold, terminal_text(hit.rule));
  if (!hit.description.empty()) console.out << "  " << terminal_text(hit.description);
  console.out << '\n';
  for (const Evidence& evidence : hit.evidence)
    console.out << console.coloured(Colour::dim, "            " + terminal_text(evidence.where) +
                                                     " at " + std::to_string(evidence.offset) +
                                                     ": ")
                << terminal_text(evidence.text) << '\n';
}

}  // namespace

Colour colour_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::malicious:
    case Disposition::forged_report: return Colour::red;
    case Disposition::suspicious:
    case Disposition::spoof:
    case Disposition::unscanned: return Colour::yellow;
    case Disposition::clean: return Colour::green;
    default: return Colour::none;
  }
}

std::string score_text(double score) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", score);
  return text;
}

void print_facts(const Console& console, const Verdict& verdict) {
  print_fact(console, "from", sender_line(verdict));
  print_fact(console, "reply to", verdict.reply_to);
  print_fact(console, "envelope", verdict.envelope_sender);
  print_fact(console, "to", recipients_line(verdict));
  print_fact(console, "subject", verdict.subject);
  print_fact(console, "sent", verdict.sent_at);
  print_fact(console, "message id", verdict.message_id);
  print_fact(console, "client", verdict.connecting_ip);
  print_fact(console, "authentic", authentication_line(verdict.authentication));
  print_fact(console, "attributes", joined(verdict.attributes));
  for (std::size_t i = 0; i < verdict.attachments.size() && i < kMostLines; ++i)
    print_fact(console, "attachment", attachment_line(verdict.attachments[i]));
}

void print_hits(const Console& console, const Verdict& verdict) {
  for (const RuleHit& hit : verdict.hits) print_hit(console, hit);
  for (const std::string& error : verdict.errors)
    console.out << "    " << console.coloured(Colour::yellow, "note") << "  "
                << terminal_text(error) << '\n';
}

}  // namespace secondlook
