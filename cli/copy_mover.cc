#include "cli/copy_mover.h"

#include <algorithm>
#include <charconv>

namespace secondlook {
namespace {

using Who = Mover::Who;

std::string day_and_time(const std::optional<Timestamp>& time) {
  return time ? format_rfc3339(*time).substr(0, 19) + "Z" : "?";
}

// "retract 12" -> 12.
std::optional<std::int64_t> command_of(const std::string& cause) {
  const auto blank = cause.find(' ');
  if (blank == cause.npos) return std::nullopt;
  std::int64_t row = 0;
  const char* const end = cause.data() + cause.size();
  const auto [stopped, error] = std::from_chars(cause.data() + blank + 1, end, row);
  return error == std::errc() && stopped == end ? std::optional(row) : std::nullopt;
}

std::string cause_words(const Step& step, const FindCommand& find_command, Language language) {
  const auto row = command_of(step.cause);
  if (!row) return say(language, {"by itself, because of its verdict", "判定にもとづき自動的に"});
  const auto command = find_command(*row);
  if (!command) return say(language, {"by hand ({1})", "手動で ({1})"}, {step.cause});
  const std::string reason =
      command->reason.empty()
          ? ""
          : say(language, {", giving the reason \"{1}\"", "、理由「{1}」"}, {command->reason});
  return say(language, {"by hand: {1} ({2}){3}", "手動で: {1} ({2}){3}"},
             {command->who, step.cause, reason});
}

Mover by_us(const Step& step, const FindCommand& find_command, Language language) {
  const std::string cause = cause_words(step, find_command, language);
  const std::string at = day_and_time(step.finished_at);
  const Phrase removed = {"secondlook moved it on {1}, {2}.",
                          "secondlook が {1} に移動しました ({2})。"};
  const Phrase restored = {"secondlook put it back on {1}, {2}.",
                           "secondlook が {1} に元へ戻しました ({2})。"};
  return {Who::secondlook, say(language, step.restores ? restored : removed, {at, cause}),
          step.finished_at ? format_rfc3339(*step.finished_at) : ""};
}

// Not where our last step left it.
Mover after_us(const Step& step, Language language) {
  const Phrase since = {
      "secondlook moved it on {1}; since then somebody else has moved it, and Graph does not tell "
      "who: "
      "the user, an administrator or another program.",
      "secondlook が {1} に移動しましたが、その後に別の誰か "
      "(利用者、管理者、他のプログラムのいずれか) が移動し"
      "ました。誰かは Graph ではわかりません。"};
  return {Who::unknown, say(language, since, {day_and_time(step.finished_at)}), ""};
}

Mover in_junk(const FoundMessage& message, const CopySeen& seen, Language language) {
  if (delivered_to(seen.delivery) == DeliveredTo::junk)
    return {Who::microsoft,
            say(language,
                {"Exchange delivered it there (its note on the copy says \"{1}\").",
                 "Exchange がここに配送しました (メールに「{1}」との記録があります)。"},
                {seen.delivery}),
            ""};
  if (delivered_to(seen.delivery) == DeliveredTo::unknown && eop_means_junk(message.verdict.eop))
    return {Who::microsoft,
            say(language, {"Exchange's own verdict (above) sends a mail there.",
                           "Exchange 自身の判定 (上記) により、ここに入れられます。"}),
            ""};
  return {
      Who::unknown,
      say(language,
          {"Unknown: the user, a rule of the mailbox, Outlook's own filter or Microsoft's later "
           "clean-up (ZAP). Nothing on the copy tells which.",
           "不明です。利用者、受信トレイのルール、Outlook のフィルター、Microsoft の事後処理 (ZAP) "
           "の"
           "いずれかですが、メールには記録がありません。"}),
      ""};
}

Mover in_folder(const CopySeen& seen, Language language) {
  if (delivered_to(seen.delivery) == DeliveredTo::rules_folder)
    return {Who::user,
            say(language,
                {"A rule of the mailbox put it there at delivery (Exchange's note on the copy says "
                 "\"{1}\").",
                 "配送時に受信トレイのルールで移されました (メールに「{1}」との記録があります)。"},
                {seen.delivery}),
            ""};
  return {Who::unknown,
          say(language,
              {"Unknown: most likely the user or a rule of the mailbox; Graph does not tell.",
               "不明です。おそらく利用者か受信トレイのルールですが、Graph ではわかりません。"}),
          ""};
}

Mover nowhere(const FoundMessage& message, Language language) {
  if (eop_means_quarantine(message.verdict.eop))
    return {Who::microsoft,
            say(language,
                {"It was most likely never delivered: Exchange's header calls it {1}, which "
                 "Microsoft's "
                 "default policies hold in quarantine.",
                 "配送されていないと思われます。Exchange のヘッダーに {1} とあり、Microsoft "
                 "の既定のポリシーでは"
                 "検疫されます。"},
                {"CAT:" + message.verdict.eop.category}),
            ""};
  return {Who::unknown,
          say(language, {"Unknown: not delivered yet, quarantined, removed by Microsoft's later "
                         "clean-up (ZAP), or "
                         "deleted for good. The message trace tells.",
                         "不明です。未配送、検疫、Microsoft の事後処理 "
                         "(ZAP)、完全な削除のいずれかです。メッセージ追跡で"
                         "確認できます。"}),
          ""};
}

Mover out_of_sight(Language language) {
  return {
      Who::unknown,
      say(language,
          {"Unknown: the user, a rule of the mailbox, Microsoft's later clean-up (ZAP) or another "
           "program; Graph does not tell. Not secondlook.",
           "不明です。利用者、受信トレイのルール、Microsoft の事後処理 "
           "(ZAP)、他のプログラムのいずれかですが、"
           "Graph ではわかりません。secondlook ではありません。"}),
      ""};
}

}  // namespace

std::string_view place_of(Action action) {
  switch (action) {
    case Action::junk: return "junk";
    case Action::deleted_items: return "deleted_items";
    case Action::recoverable: return "recoverable";
    case Action::purge: return "purges";
    case Action::none: break;
  }
  return "inbox";
}

const Step* last_effective_step(const FoundMessage& message, const std::string& mailbox) {
  const Step* last = nullptr;
  for (const Step& step : message.steps) {
    const bool took_effect = step.state == StepState::removed || step.state == StepState::restored;
    if (step.mailbox != mailbox || !took_effect) continue;
    const bool is_later = last == nullptr || !last->finished_at ||
                          (step.finished_at && *step.finished_at >= *last->finished_at);
    if (is_later) last = &step;
  }
  return last;
}

Mover find_mover(const FoundMessage& message, const CopySeen& seen, bool asked,
                 const FindCommand& find_command, Language language) {
  const Step* const step = last_effective_step(message, seen.mailbox);
  if (step != nullptr) {
    const bool is_visible = seen.place == "inbox" || seen.place == "folder";
    const bool is_ours =
        step->restores ? is_visible || seen.place == "junk" : seen.place == place_of(step->action);
    if (is_ours || !asked) return by_us(*step, find_command, language);
    if (seen.place != "unknown" && seen.place != "no_mailbox") return after_us(*step, language);
  }
  if (seen.place == "inbox")
    return {Who::nobody,
            say(language, {"Nobody: it lies where mail is delivered.",
                           "誰も移動していません。配送された場所にあります。"}),
            ""};
  if (seen.place == "junk") return in_junk(message, seen, language);
  if (seen.place == "folder") return in_folder(seen, language);
  if (seen.place == "nowhere") return nowhere(message, language);
  if (seen.place == "no_mailbox")
    return {Who::nobody,
            say(language, {"Nobody: there is no mailbox here to move it in.",
                           "誰も移動していません。ここにメールボックスがありません。"}),
            ""};
  if (seen.place == "unknown" || seen.place == "as_delivered")
    return {Who::unknown,
            say(language, {"Unknown: where it lies could not be asked.",
                           "不明です。場所を問い合わせできませんでした。"}),
            ""};
  return out_of_sight(language);
}

}  // namespace secondlook
