#include "cli/explanation_view.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "cli/terminal_text.h"
#include "cli/verdict_view.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostHits = 5;
constexpr std::size_t kMostRecipients = 20;

std::string time_text(const std::optional<Timestamp>& time) {
  return time ? format_rfc3339(*time).substr(0, 19) + "Z" : "?";
}

void heading(const Console& console, Language language, const Phrase& phrase) {
  console.out << '\n' << console.coloured(Colour::bold, say(language, phrase)) << '\n';
}

void line(const Console& console, std::string_view indent, const std::string& text) {
  console.out << indent << terminal_text(text) << '\n';
}

void print_journaling(const Console& console, const FoundMessage& message, Language language) {
  heading(console, language, {"Journaled", "ジャーナル"});
  line(console, "  ",
       say(language,
           {"Yes: on {1}, of tenant {2}; journal reports: {3}.",
            "はい。{1} に受信しました (テナント {2}、ジャーナルレポート {3} 件)。"},
           {time_text(message.received_at), message.tenant,
            std::to_string(std::max<std::size_t>(message.reports.size(), 1))}));
  std::size_t told = 0;
  for (const Recipient& recipient : message.verdict.recipients) {
    if (told++ == kMostRecipients) {
      line(console, "  ",
           say(language, {"and {1} more recipients", "ほか {1} 件の宛先"},
               {std::to_string(message.verdict.recipients.size() - kMostRecipients)}));
      break;
    }
    std::string text = recipient.address;
    if (!recipient.expanded_from.empty())
      text += say(language, {" (member of {1})", " ({1} のメンバー)"}, {recipient.expanded_from});
    if (!recipient.forwarded_from.empty())
      text +=
          say(language, {" (forwarded from {1})", " ({1} から転送)"}, {recipient.forwarded_from});
    line(console, "    ", text);
  }
}

void print_eop(const Console& console, const std::vector<EopSentence>& sentences,
               Language language) {
  heading(console, language, {"What Exchange Online said", "Exchange Online の判定"});
  if (sentences.empty())
    line(console, "  ",
         say(language, {"Nothing: the report carries none of its headers.",
                        "なし。レポートに Exchange のヘッダーがありません。"}));
  for (const EopSentence& sentence : sentences) {
    line(console, "  ", sentence.text);
    console.out << console.coloured(Colour::dim, "      " + terminal_text(sentence.source)) << '\n';
  }
}

void print_verdict(const Console& console, const Verdict& verdict, Language language) {
  heading(console, language, {"What secondlook said", "secondlook の判定"});
  console.out << "  "
              << console.coloured(colour_of(verdict.disposition), name_of(verdict.disposition))
              << ' ' << score_text(verdict.score) << '\n';
  for (const RuleHit& hit : strongest_hits(verdict, kMostHits)) {
    line(console, "    ",
         score_text(hit.score) + "  " + hit.rule +
             (hit.description.empty() ? "" : "  " + hit.description));
    if (!hit.evidence.empty())
      line(console, "           ", hit.evidence.front().where + ": " + hit.evidence.front().text);
  }
  if (verdict.hits.size() > kMostHits)
    line(console, "    ",
         say(language,
             {"and {1} more; `secondlook show` has them all",
              "ほか {1} 件 (`secondlook show` で確認できます)"},
             {std::to_string(verdict.hits.size() - kMostHits)}));
}

void print_copy(const Console& console, const CopyExplained& copy, Language language) {
  line(console, "  ", copy.seen.mailbox + ": " + copy.where);
  line(console, "      ",
       say(language, {"Moved by: {1}", "移動した人: {1}"}, {copy.mover.because}));
}

void print_copies(const Console& console, const std::vector<CopyExplained>& copies,
                  Language language) {
  heading(console, language, {"Where it is now", "現在の場所"});
  if (copies.empty())
    line(console, "  ",
         say(language, {"Nothing is known of any copy.", "メールの所在は記録されていません。"}));
  for (const CopyExplained& copy : copies) print_copy(console, copy, language);
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json copies_json(const std::vector<CopyExplained>& copies) {
  Json list = Json::array();
  for (const CopyExplained& copy : copies)
    list.push_back({{"mailbox", copy.seen.mailbox},
                    {"source", copy.asked ? "graph" : "database"},
                    {"place", copy.seen.place},
                    {"folder", text_or_null(copy.seen.folder)},
                    {"read", copy.seen.read ? Json(*copy.seen.read) : Json(nullptr)},
                    {"where", copy.where},
                    {"moved_by", name_of(copy.mover.who)},
                    {"moved_at", text_or_null(copy.mover.at)},
                    {"because", copy.mover.because},
                    {"same_id_other_mail", copy.seen.others}});
  return list;
}

Json hits_json(const Verdict& verdict) {
  Json list = Json::array();
  for (const RuleHit& hit : strongest_hits(verdict, kMostHits)) {
    Json evidence = Json::array();
    for (const Evidence& one : hit.evidence)
      evidence.push_back({{"where", one.where}, {"offset", one.offset}, {"text", one.text}});
    list.push_back({{"rule", hit.rule},
                    {"score", hit.score},
                    {"description", hit.description},
                    {"evidence", std::move(evidence)}});
  }
  return list;
}

Json eop_json(const EopFacts& facts, const std::vector<EopSentence>& sentences) {
  Json list = Json::array();
  for (const EopSentence& sentence : sentences)
    list.push_back({{"source", sentence.source}, {"text", sentence.text}});
  return {{"scl", facts.scl ? Json(*facts.scl) : Json(nullptr)},
          {"bcl", facts.bcl ? Json(*facts.bcl) : Json(nullptr)},
          {"sfv", text_or_null(facts.sfv)},
          {"category", text_or_null(facts.category)},
          {"sentences", std::move(list)}};
}

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// For PowerShell in single quotes. It takes typographic ones for quotes, too (about_Quoting_Rules,
// and its tokenizer), and each ends the text unless it is doubled.
std::string powershell_text(std::string_view text) {
  constexpr std::array<std::string_view, 5> kQuotes = {"'", "\u2018", "\u2019", "\u201a", "\u201b"};
  std::string quoted = "'";
  for (std::size_t at = 0; at < text.size();) {
    const auto quote = std::ranges::find_if(
        kQuotes, [&](std::string_view one) { return text.substr(at).starts_with(one); });
    if (quote == kQuotes.end()) {
      quoted += text[at++];
      continue;
    }
    quoted.append(*quote).append(*quote);
    at += quote->size();
  }
  return quoted + "'";
}

// For a POSIX shell in single quotes, in which nothing has a meaning but their end.
std::string shell_text(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\'')
      quoted += "'\\''";
    else
      quoted += letter;
  }
  return quoted + "'";
}

std::vector<std::string> why_nothing(const NothingRecorded& nothing, Language language) {
  std::vector<std::string> lines;
  if (!nothing.newest)
    lines.push_back(
        say(language,
            {"No mail at all is recorded: `secondlook doctor` says what is missing.",
             "メールが 1 件も記録されていません。`secondlook doctor` で原因を確認してください。"}));
  else
    lines.push_back(
        say(language,
            {"Of the newest mails (back to {1}) none has this Message-ID; the last came on {2}.",
             "最新のメール ({1} まで) にこの Message-ID はありません。最後の受信は {2} です。"},
            {time_text(nothing.oldest), time_text(nothing.newest)}));
  if (nothing.retention_days > 0)
    lines.push_back(say(language,
                        {"Older than {1} days: forgotten ([search] retention_days).",
                         "{1} 日より古いメールは削除されます ([search] retention_days)。"},
                        {std::to_string(nothing.retention_days)}));
  lines.push_back(say(
      language,
      {"Refused by Exchange before it took it: then it is journaled nowhere, and the sender got a "
       "bounce.",
       "Exchange が受信前に拒否した場合はジャーナルされず、送信者にエラーが返ります。"}));
  lines.push_back(say(
      language,
      {"Outside of the journal rule: a rule of scope External leaves out internal mail, and mail "
       "that forges an own domain.",
       "ジャーナルルールの対象外。範囲が External だと、組織内のメールや自ドメインを偽装した"
       "メールは含まれません。"}));
  lines.push_back(
      say(language,
          {"Still on its way, or another Message-ID: mailing lists and gateways may change it.",
           "配送中か、Message-ID が異なります "
           "(メーリングリストやゲートウェイで変わることがあります)。"}));
  return lines;
}

std::vector<std::string> how_to_look(const NothingRecorded& nothing, Language language) {
  return {say(language,
              {"Exchange: Get-MessageTraceV2 -MessageId {1} -StartDate (Get-Date).AddDays(-10) "
               "-EndDate (Get-Date)",
               "Exchange で: Get-MessageTraceV2 -MessageId {1} -StartDate (Get-Date).AddDays(-10) "
               "-EndDate (Get-Date)"},
              {powershell_text(nothing.message_id)}),
          say(language, {"Journal rule: Get-JournalRule | Format-List "
                         "Name,Scope,Recipient,Enabled,JournalEmailAddress",
                         "ジャーナルルール: Get-JournalRule | Format-List "
                         "Name,Scope,Recipient,Enabled,JournalEmailAddress"}),
          say(language, {"Quarantine: https://security.microsoft.com/quarantine",
                         "検疫: https://security.microsoft.com/quarantine"}),
          say(language,
              {"A mailbox itself: `secondlook explain {1} --mailbox ADDRESS` (operators)",
               "メールボックス: `secondlook explain {1} --mailbox アドレス` (operators のみ)"},
              {shell_text(nothing.message_id)})};
}

}  // namespace

void print_explanation(const Console& console, const Explanation& explanation, Language language) {
  const FoundMessage& message = explanation.message;
  const Verdict& verdict = message.verdict;
  console.out << say(language, {"mail", "メール"}) << ' ' << message.id << "  "
              << terminal_text(verdict.message_id) << '\n';
  line(console, "  ", say(language, {"from {1}", "差出人 {1}"}, {verdict.sender}));
  line(console, "  ", say(language, {"subject {1}", "件名 {1}"}, {verdict.subject}));
  print_journaling(console, message, language);
  print_eop(console, explanation.eop, language);
  print_verdict(console, verdict, language);
  print_copies(console, explanation.copies, language);
  if (explanation.advice.empty()) return;
  heading(console, language, {"What to do", "対処"});
  for (const std::string& advice : explanation.advice) line(console, "  -> ", advice);
}

std::string to_json(const Explanation& explanation, const std::string& service) {
  const FoundMessage& message = explanation.message;
  const Verdict& verdict = message.verdict;
  Json recipients = Json::array();
  for (const Recipient& recipient : verdict.recipients)
    recipients.push_back({{"address", recipient.address},
                          {"role", text_or_null(recipient.role)},
                          {"expanded_from", text_or_null(recipient.expanded_from)},
                          {"forwarded_from", text_or_null(recipient.forwarded_from)}});
  return one_line({{"message_id", verdict.message_id},
                   {"journaled", true},
                   {"id", message.id},
                   {"tenant", text_or_null(message.tenant)},
                   {"received_at", format_rfc3339(message.received_at)},
                   {"reports", message.reports.size()},
                   {"sender", text_or_null(verdict.sender)},
                   {"subject", text_or_null(verdict.subject)},
                   {"recipients", std::move(recipients)},
                   {"eop", eop_json(verdict.eop, explanation.eop)},
                   {"disposition", name_of(verdict.disposition)},
                   {"score", verdict.score},
                   {"hits", hits_json(verdict)},
                   {"service", service},
                   {"copies", copies_json(explanation.copies)},
                   {"advice", explanation.advice}});
}

void print_nothing(const Console& console, const NothingRecorded& nothing, Language language) {
  line(console, "",
       say(language,
           {"No journal report of {1} is recorded.",
            "{1} のジャーナルレポートは記録されていません。"},
           {nothing.message_id}));
  if (!nothing.near.empty()) {
    heading(console, language, {"Did you mean", "もしかして"});
    for (const std::string& id : nothing.near) line(console, "  ", id);
  }
  heading(console, language, {"What that can mean", "考えられる理由"});
  for (const std::string& why : why_nothing(nothing, language)) line(console, "  ", why);
  if (!nothing.copies.empty()) print_copies(console, nothing.copies, language);
  heading(console, language, {"How to look", "調べ方"});
  for (const std::string& how : how_to_look(nothing, language)) line(console, "  -> ", how);
}

std::string to_json(const NothingRecorded& nothing, const std::string& service, Language language) {
  const auto time = [](const std::optional<Timestamp>& at) {
    return at ? Json(format_rfc3339(*at)) : Json(nullptr);
  };
  return one_line({{"message_id", nothing.message_id},
                   {"journaled", false},
                   {"recorded_since", time(nothing.oldest)},
                   {"recorded_until", time(nothing.newest)},
                   {"near", nothing.near},
                   {"reasons", why_nothing(nothing, language)},
                   {"service", service},
                   {"copies", copies_json(nothing.copies)},
                   {"advice", how_to_look(nothing, language)}});
}

}  // namespace secondlook
