#include "cli/eop_words.h"

#include <algorithm>
#include <array>

namespace secondlook {
namespace {

struct Meaning {
  std::string_view value;
  Phrase phrase;
};

constexpr std::array kFilterVerdicts = {
    Meaning{"BLK",
            {"The sender is on the user's own list of blocked senders, so it went to Junk Email.",
             "送信者が利用者自身の受信拒否リストにあるため、迷惑メールに入れられました。"}},
    Meaning{"NSPM",
            {"Its spam filter let it pass.", "迷惑メールフィルターは問題なしと判定しました。"}},
    Meaning{"SFE",
            {"The sender is on the user's own list of safe senders, so no filter looked at it.",
             "送信者が利用者自身の差出人セーフリストにあるため、フィルターは検査しませんでした。"}},
    Meaning{"SKA",
            {"An allow list in the organisation's anti-spam policy names the sender, so no filter "
             "looked at it.",
             "組織のスパム対策ポリシーの許可リストに送信者があるため、フィルターは検査しませんでし"
             "た。"}},
    Meaning{"SKB",
            {"A block list in the organisation's anti-spam policy names the sender.",
             "組織のスパム対策ポリシーの禁止リストに送信者があります。"}},
    Meaning{"SKI",
            {"The filter was skipped, as it is for mail inside the organisation.",
             "組織内のメールなどのため、フィルターは省略されました。"}},
    Meaning{"SKN",
            {"A mail flow rule or a connector let it bypass the spam filter.",
             "メールフロールールまたはコネクタにより、フィルターを通らずに配送されました。"}},
    Meaning{"SKQ", {"It was released from quarantine.", "検疫から解放されました。"}},
    Meaning{"SKS",
            {"A mail flow rule had called it spam before the filter looked.",
             "フィルターの前に、メールフロールールが迷惑メールと決めていました。"}},
    Meaning{
        "SPM",
        {"Its spam filter called it spam.", "迷惑メールフィルターが迷惑メールと判定しました。"}}};

constexpr std::array kCategories = {
    Meaning{"AMP", {"It was found to be malware.", "マルウェアと判定されました。"}},
    Meaning{"BIMP", {"It imitates a brand.", "ブランドのなりすましと判定されました。"}},
    Meaning{"BULK", {"It is bulk mail.", "バルクメール(一斉配信)と判定されました。"}},
    Meaning{"DIMP",
            {"It imitates a domain that is protected.",
             "保護されたドメインのなりすましと判定されました。"}},
    Meaning{"FTBP",
            {"An attachment has a type that the policy forbids.",
             "ポリシーで禁止された種類の添付ファイルがあります。"}},
    Meaning{"GIMP",
            {"It imitates somebody the user often writes to.",
             "利用者がよくやり取りする相手のなりすましと判定されました。"}},
    Meaning{
        "HPHISH",
        {"It is phishing, with high confidence.", "信頼度の高いフィッシングと判定されました。"}},
    Meaning{
        "HPHSH",
        {"It is phishing, with high confidence.", "信頼度の高いフィッシングと判定されました。"}},
    Meaning{"HSPM",
            {"It is spam, with high confidence.", "信頼度の高い迷惑メールと判定されました。"}},
    Meaning{"INTOS",
            {"It is phishing inside the organisation.", "組織内のフィッシングと判定されました。"}},
    Meaning{"MALW", {"It was found to be malware.", "マルウェアと判定されました。"}},
    Meaning{"OSPM",
            {"It is spam sent from inside.", "組織内から送られた迷惑メールと判定されました。"}},
    Meaning{"PHISH", {"It is phishing.", "フィッシングと判定されました。"}},
    Meaning{"PHSH", {"It is phishing.", "フィッシングと判定されました。"}},
    Meaning{"SAP", {"Safe Attachments found something.", "安全な添付ファイル機能が検出しました。"}},
    Meaning{"SPM", {"It is spam.", "迷惑メールと判定されました。"}},
    Meaning{"SPOOF", {"Its sender is forged.", "送信者の偽装(スプーフィング)と判定されました。"}},
    Meaning{"UIMP",
            {"It imitates a person who is protected.",
             "保護された利用者のなりすましと判定されました。"}}};

constexpr std::array<std::string_view, 9> kQuarantined = {
    "AMP", "FTBP", "HPHISH", "HPHSH", "HSPM", "MALW", "PHISH", "PHSH", "SAP"};

const Phrase* find(const auto& meanings, std::string_view value) {
  const auto found = std::ranges::find(meanings, value, &Meaning::value);
  return found == meanings.end() ? nullptr : &found->phrase;
}

std::string sentence(Language language, const auto& meanings, const std::string& value) {
  const Phrase* const known = find(meanings, value);
  if (known != nullptr) return say(language, *known);
  return say(language,
             {"Microsoft's page does not explain the value {1}.",
              "値 {1} は Microsoft の資料に説明がありません。"},
             {value});
}

Phrase level_phrase(int scl) {
  if (scl < 0)
    return {"Spam confidence {1}: the filter was skipped.",
            "スパム信頼レベル {1}: フィルターは省略されました。"};
  if (scl <= 4)
    return {"Spam confidence {1}: not spam.", "スパム信頼レベル {1}: 迷惑メールではありません。"};
  if (scl <= 6)
    return {"Spam confidence {1}: spam, which goes to Junk Email by default.",
            "スパム信頼レベル {1}: 迷惑メール。既定では迷惑メールフォルダーに入ります。"};
  return {
      "Spam confidence {1}: spam with high confidence, which goes to Junk Email or quarantine.",
      "スパム信頼レベル {1}: 信頼度の高い迷惑メール。迷惑メールフォルダーまたは検疫に入ります。"};
}

Phrase bulk_phrase(int bcl) {
  if (bcl == 0)
    return {"Bulk complaint level {1}: not from a bulk sender.",
            "バルク苦情レベル {1}: 一斉配信の送信者ではありません。"};
  if (bcl <= 3)
    return {"Bulk complaint level {1}: a bulk sender with few complaints.",
            "バルク苦情レベル {1}: 苦情の少ない一斉配信。"};
  if (bcl <= 7)
    return {"Bulk complaint level {1}: a bulk sender with a mixed number of complaints.",
            "バルク苦情レベル {1}: 苦情がある程度ある一斉配信。"};
  return {"Bulk complaint level {1}: a bulk sender with many complaints.",
          "バルク苦情レベル {1}: 苦情の多い一斉配信。"};
}

}  // namespace

std::vector<EopSentence> explain_eop(const EopFacts& facts, Language language) {
  constexpr std::string_view kReport = " (X-Forefront-Antispam-Report)";
  std::vector<EopSentence> sentences;
  if (!facts.sfv.empty())
    sentences.push_back({"SFV:" + facts.sfv + std::string(kReport),
                         sentence(language, kFilterVerdicts, facts.sfv)});
  if (!facts.category.empty() && facts.category != "NONE")
    sentences.push_back({"CAT:" + facts.category + std::string(kReport),
                         sentence(language, kCategories, facts.category)});
  if (facts.scl) {
    const std::string level = std::to_string(*facts.scl);
    sentences.push_back(
        {"SCL:" + level + std::string(kReport), say(language, level_phrase(*facts.scl), {level})});
  }
  if (facts.bcl) {
    const std::string level = std::to_string(*facts.bcl);
    sentences.push_back({"BCL:" + level + " (X-Microsoft-Antispam)",
                         say(language, bulk_phrase(*facts.bcl), {level})});
  }
  return sentences;
}

bool eop_means_junk(const EopFacts& facts) {
  const auto is = [](std::string_view value, std::initializer_list<std::string_view> any) {
    return std::ranges::find(any, value) != any.end();
  };
  return (facts.scl && *facts.scl >= 5) || is(facts.sfv, {"BLK", "SKB", "SKS", "SPM"}) ||
         is(facts.category, {"BULK", "HSPM", "SPM", "SPOOF", "PHSH", "PHISH"});
}

bool eop_means_quarantine(const EopFacts& facts) {
  return std::ranges::find(kQuarantined, facts.category) != kQuarantined.end();
}

DeliveredTo delivered_to(std::string_view note) {
  const auto has = [&](std::string_view part) { return note.find(part) != note.npos; };
  if (has("dest:J")) return DeliveredTo::junk;
  if (has("dest:C") || has("OFR:CustomRules")) return DeliveredTo::rules_folder;
  if (has("dest:I")) return DeliveredTo::inbox;
  return DeliveredTo::unknown;
}

}  // namespace secondlook
