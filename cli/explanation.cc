#include "cli/explanation.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/copy_mover.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

std::string text_of(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string where_words(const CopySeen& seen, Language language) {
  const std::string& place = seen.place;
  if (place == "inbox") return say(language, {"in the inbox", "受信トレイにあります"});
  if (place == "folder")
    return say(language, {"in the folder \"{1}\"", "フォルダー「{1}」にあります"}, {seen.folder});
  if (place == "junk") return say(language, {"in Junk Email", "迷惑メールフォルダーにあります"});
  if (place == "deleted_items")
    return say(language, {"in Deleted Items", "削除済みアイテムにあります"});
  if (place == "recoverable")
    return say(language, {"out of every folder, in Recoverable Items (the user gets it back by "
                          "\"Recover deleted items\")",
                          "どのフォルダーにもありませんが、回復可能なアイテムにあります "
                          "(利用者は「削除済みアイテムの回復」で戻せます)"});
  if (place == "purges")
    return say(language,
               {"purged: out of the user's reach", "完全に削除され、利用者からは見えません"});
  if (place == "nowhere")
    return say(language,
               {"in no folder of the mailbox", "メールボックスのどのフォルダーにもありません"});
  if (place == "no_mailbox")
    return say(
        language,
        {"no mailbox that Graph can look into: a list, a guest, an address outside or on premises",
         "Graph で調べられるメールボックスではありません "
         "(配布リスト、ゲスト、組織外、オンプレミスなど)"});
  if (place == "as_delivered")
    return say(language,
               {"where it was delivered, as far as the database knows{1}",
                "データベースの記録では、配送された場所のままです{1}"},
               {seen.detail.empty() ? "" : " (" + seen.detail + ")"});
  return say(language, {"unknown: {1}", "不明です: {1}"},
             {seen.detail.empty() ? "?" : seen.detail});
}

// What the database alone knows of a copy.
CopySeen from_database(const FoundMessage& message, const FoundCopy& copy) {
  CopySeen seen;
  seen.mailbox = copy.mailbox;
  const Step* const step = last_effective_step(message, copy.mailbox);
  if (step == nullptr) {
    seen.place = "as_delivered";
    seen.detail = copy.state;
    return seen;
  }
  seen.place = step->restores ? "folder" : std::string(place_of(step->action));
  if (step->restores && step->before) seen.folder = step->before->folder_name;
  if (step->restores && seen.folder.empty()) seen.folder = copy.folder_before;
  return seen;
}

CopyExplained explained(const FoundMessage& message, const CopySeen& seen, bool asked,
                        const FindCommand& find_command, Language language) {
  CopyExplained copy;
  copy.seen = seen;
  copy.asked = asked;
  copy.where = where_words(seen, language);
  copy.mover = find_mover(message, seen, asked, find_command, language);
  return copy;
}

bool any_place(const Explanation& explanation, std::string_view place) {
  return std::ranges::any_of(explanation.copies,
                             [&](const CopyExplained& copy) { return copy.seen.place == place; });
}

bool any_of_ours(const Explanation& explanation) {
  return std::ranges::any_of(explanation.copies, [](const CopyExplained& copy) {
    return copy.mover.who == Mover::Who::secondlook && copy.seen.place != "inbox" &&
           copy.seen.place != "folder";
  });
}

std::vector<std::string> advice_for(const Explanation& explanation, Language language) {
  std::vector<std::string> advice;
  const std::string id = std::to_string(explanation.message.id);
  if (any_of_ours(explanation))
    advice.push_back(say(
        language,
        {"If it was good: `secondlook restore {1} --false-positive` puts every copy back; "
         "`secondlook show {1}` shows the evidence.",
         "正しいメールであれば `secondlook restore {1} --false-positive` で元に戻せます。根拠は "
         "`secondlook show {1}` で確認できます。"},
        {id}));
  if (any_place(explanation, "nowhere"))
    advice.push_back(
        say(language,
            {"Ask Microsoft: message trace in the Exchange admin center, and "
             "https://security.microsoft.com/quarantine.",
             "Exchange 管理センターのメッセージ追跡と https://security.microsoft.com/quarantine "
             "を確認してください。"}));
  const EopFacts& eop = explanation.message.verdict.eop;
  if (eop.sfv == "BLK")
    advice.push_back(say(
        language,
        {"The user can take the sender off the list: Outlook, Junk Email Options, Blocked "
         "Senders.",
         "利用者は Outlook の迷惑メールオプション「受信拒否リスト」から送信者を削除できます。"}));
  if (eop.sfv == "SKA" || eop.sfv == "SKN" || eop.sfv == "SFE" || (eop.scl && *eop.scl < 0))
    if (severity_rank(explanation.message.verdict.disposition) < severity_rank(Disposition::clean))
      advice.push_back(say(
          language,
          {"It passed Exchange because somebody allows the sender: look at that list or rule.",
           "送信者が許可されているため Exchange を通過しています。その許可リストやルールを見直して"
           "ください。"}));
  if (std::ranges::any_of(explanation.copies, [](const auto& copy) { return copy.seen.others; }))
    advice.push_back(
        say(language,
            {"Another mail with the same Message-ID lies in a mailbox: it was left alone, since "
             "it is not the one that was judged.",
             "同じ Message-ID "
             "を持つ別のメールがあります。判定したメールではないため、触れていません。"}));
  return advice;
}

}  // namespace

CopySeen read_copy_seen(std::string_view content) {
  const auto json = nlohmann::json::parse(content, nullptr, false);
  if (!json.is_object()) return {};
  CopySeen seen;
  seen.mailbox = text_of(json, "mailbox");
  seen.place = text_of(json, "place");
  seen.folder = text_of(json, "folder");
  seen.received_at = text_of(json, "received_at");
  seen.delivery = text_of(json, "delivery");
  seen.detail = text_of(json, "detail");
  const auto read = json.find("read");
  if (read != json.end() && read->is_boolean()) seen.read = read->get<bool>();
  const auto others = json.find("others");
  seen.others = others != json.end() && others->is_boolean() && others->get<bool>();
  return seen;
}

std::string_view name_of(Mover::Who who) {
  switch (who) {
    case Mover::Who::secondlook: return "secondlook";
    case Mover::Who::microsoft: return "microsoft";
    case Mover::Who::user: return "user";
    case Mover::Who::nobody: return "nobody";
    case Mover::Who::unknown: break;
  }
  return "unknown";
}

Explanation explain_message(FoundMessage message, const std::vector<CopySeen>& seen,
                            const std::string& mailbox, const FindCommand& find_command,
                            Language language) {
  Explanation explanation;
  explanation.message = std::move(message);
  const FoundMessage& found = explanation.message;
  explanation.eop = explain_eop(found.verdict.eop, language);
  for (const CopySeen& copy : seen)
    explanation.copies.push_back(explained(found, copy, true, find_command, language));
  if (seen.empty())
    for (const FoundCopy& copy : found.copies)
      if (mailbox.empty() || lower_ascii(copy.mailbox) == mailbox)
        explanation.copies.push_back(
            explained(found, from_database(found, copy), false, find_command, language));
  explanation.advice = advice_for(explanation, language);
  return explanation;
}

std::vector<RuleHit> strongest_hits(const Verdict& verdict, std::size_t most) {
  std::vector<RuleHit> hits = verdict.hits;
  std::ranges::stable_sort(hits, std::ranges::greater(), &RuleHit::score);
  if (hits.size() > most) hits.resize(most);
  return hits;
}

}  // namespace secondlook
