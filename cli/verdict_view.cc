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

// Facts of one mail, their names in one column.
class FactList {
 public:
  FactList(const Console& console, Language language) : console_(console), language_(language) {}

  void print(const Phrase& phrase, const std::string& value) const {
    if (value.empty()) return;
    const std::string name = say(language_, phrase);
    const std::size_t used = display_width(name);
    console_.out << "    " << name << std::string(used < kColumn ? kColumn - used : 1, ' ')
                 << terminal_text(value) << '\n';
  }

 private:
  static constexpr std::size_t kColumn = 13;
  const Console& console_;
  Language language_;
};

std::string sender_line(const Verdict& verdict) {
  if (verdict.sender_name.empty()) return verdict.sender;
  return verdict.sender_name + " <" + verdict.sender + ">";
}

std::string recipients_line(const Verdict& verdict, Language language) {
  std::string line;
  for (std::size_t i = 0; i < verdict.recipients.size() && i < kMostLines; ++i)
    line += (i == 0 ? "" : ", ") + verdict.recipients[i].address;
  if (verdict.recipients.size() > kMostLines)
    line += say(language, {" and {1} more", " ほか{1}件"},
                {std::to_string(verdict.recipients.size() - kMostLines)});
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

std::string attachment_line(const Attachment& attachment, Language language) {
  std::string line =
      (attachment.name.empty() ? say(language, {"(no name)", "（名前なし）"}) : attachment.name) +
      ", " + say(language, {"{1} bytes", "{1}バイト"}, {std::to_string(attachment.size)});
  if (!attachment.detected_type.empty()) line += ", " + attachment.detected_type;
  if (attachment.encrypted) line += say(language, {", encrypted", "、暗号化"});
  if (!attachment.malware.empty())
    line += say(language, {", malware: {1}", "、マルウェア: {1}"}, {attachment.malware});
  return line;
}

void print_hit(const Console& console, const RuleHit& hit, Language language) {
  const std::string score = score_text(hit.score);
  console.out << "    " << std::string(score.size() < 6 ? 6 - score.size() : 0, ' ') << score
              << "  " << console.coloured(Colour::bold, terminal_text(hit.rule));
  if (!hit.description.empty()) console.out << "  " << terminal_text(hit.description);
  console.out << '\n';
  for (const Evidence& evidence : hit.evidence)
    console.out << console.coloured(
                       Colour::dim,
                       "            " +
                           say(language, {"{1} at {2}: ", "{1} の {2} バイト目: "},
                               {terminal_text(evidence.where), std::to_string(evidence.offset)}))
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

void print_facts(const Console& console, const Verdict& verdict, Language language) {
  const FactList facts(console, language);
  facts.print({"from", "差出人"}, sender_line(verdict));
  facts.print({"reply to", "返信先"}, verdict.reply_to);
  facts.print({"envelope", "封筒の送信者"}, verdict.envelope_sender);
  facts.print({"to", "宛先"}, recipients_line(verdict, language));
  facts.print({"subject", "件名"}, verdict.subject);
  facts.print({"sent", "送信日時"}, verdict.sent_at);
  facts.print({"message id", "Message-ID"}, verdict.message_id);
  facts.print({"client", "接続元"}, verdict.connecting_ip);
  facts.print({"authentic", "認証"}, authentication_line(verdict.authentication));
  facts.print({"attributes", "属性"}, joined(verdict.attributes));
  for (std::size_t i = 0; i < verdict.attachments.size() && i < kMostLines; ++i)
    facts.print({"attachment", "添付"}, attachment_line(verdict.attachments[i], language));
}

void print_hits(const Console& console, const Verdict& verdict, Language language) {
  for (const RuleHit& hit : verdict.hits) print_hit(console, hit, language);
  for (const std::string& error : verdict.errors)
    console.out << "    " << console.coloured(Colour::yellow, say(language, {"note", "注記"}))
                << "  " << terminal_text(error) << '\n';
}

}  // namespace secondlook
