#include "notify/alerts/alert_words.h"

#include <array>

#include "notify/alerts/visible_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestValue = 300;
constexpr std::size_t kLongestMail = 700;

struct Words {
  std::string_view title, sentence;
};
struct Entry {
  AlertKind kind;
  bool resolved;
  Words english, japanese;
};

// {name}: a fact of the alert, {count}, {messages} or {tenant}.
constexpr std::array kEntries = {
    Entry{
        AlertKind::malicious_removed,
        false,
        {"Malicious mail removed",
         "Copies of malicious mail taken out of mailboxes: {count}. `secondlook show ID` says why, "
         "`secondlook restore ID` puts them back."},
        {"悪意のあるメールを削除しました",
         "悪意のあるメールのコピー {count} 通をメールボックスから取り除きました。理由は "
         "`secondlook show "
         "ID`、元に戻すには `secondlook restore ID` を実行してください。"}},
    Entry{AlertKind::removal_failed,
          false,
          {"A mail could not be removed",
           "Copies that are still where they were: {count}. `secondlook show ID` says what was "
           "tried; "
           "`secondlook retract id:ID --to recoverable` tries again."},
          {"メールを削除できませんでした",
           "取り除けずに残っているコピー: {count} 通。経過は `secondlook show ID` "
           "で確認し、`secondlook "
           "retract id:ID --to recoverable` で再度実行できます。"}},
    Entry{AlertKind::brake_engaged,
          false,
          {"The brake stopped automatic removal",
           "Too many copies would have moved. Nothing is removed by itself until somebody decides: "
           "look "
           "with `secondlook status`, go on with `secondlook resume`."},
          {"ブレーキが自動削除を停止しました",
           "移動するコピーが上限を超えました。判断があるまで自動では何も削除されません。`"
           "secondlook status` "
           "で確認し、`secondlook resume` で再開してください。"}},
    Entry{AlertKind::brake_released,
          false,
          {"The brake was released", "Automatic removal goes on."},
          {"ブレーキが解除されました", "自動削除を再開しました。"}},
    Entry{AlertKind::graph_refused,
          false,
          {"Microsoft Graph refuses secondlook",
           "A token or a permission was refused ({what}): malicious mail may stay in mailboxes. "
           "Check "
           "the app's credential and consent with `secondlook doctor`."},
          {"Microsoft Graph に拒否されました",
           "トークンまたは権限が拒否されました({what})。悪意のあるメールが残る可能性があります。`"
           "secondlook "
           "doctor` でアプリの資格情報と同意を確認してください。"}},
    Entry{AlertKind::forged_report,
          false,
          {"Forged journal reports",
           "Reports that Exchange did not send: {count}. They are recorded and never acted on. "
           "Somebody "
           "may know the journal address; consider another one."},
          {"偽造されたジャーナルレポート",
           "Exchange が送信したものではないレポート: {count} "
           "通。記録のみ行い、処理はしていません。ジャーナル"
           "アドレスが漏れている可能性があります。変更を検討してください。"}},
    Entry{AlertKind::approval_waiting,
          false,
          {"A retract waits for a second person",
           "Command {command} of {person} would move copies: {copies}. Another person decides with "
           "`secondlook approve {command}`."},
          {"取り消しが承認を待っています",
           "{person} のコマンド {command} は {copies} 通のコピーを移動します。別の担当者が "
           "`secondlook "
           "approve {command}` で判断してください。"}},
    Entry{
        AlertKind::journal_silence,
        false,
        {"No journal reports",
         "No report has come since {since}, in a time that usually has some. Mail may be delivered "
         "unseen: check the journal rule, the connector and `secondlook doctor`."},
        {"ジャーナルレポートが届いていません",
         "{since} "
         "以降、通常は届く時間帯にレポートが届いていません。検査されずに配信されている可能性が"
         "あります。ジャーナルルール、コネクタ、`secondlook doctor` を確認してください。"}},
    Entry{AlertKind::journal_silence,
          true,
          {"Journal reports come again", "Reports are received again."},
          {"ジャーナルレポートが再び届いています", "レポートの受信が再開しました。"}},
    Entry{AlertKind::unscanned_rate,
          false,
          {"Many mails could not be scanned",
           "Of {mails} mails of the last hour {percent}% are unscanned. `secondlook search "
           "disposition:unscanned` lists them with their reasons."},
          {"検査できないメールが多数あります",
           "直近 1 時間の {mails} 通のうち {percent}% が検査できませんでした。`secondlook search "
           "disposition:unscanned` で理由を確認できます。"}},
    Entry{AlertKind::unscanned_rate,
          true,
          {"Mails are scanned again", "The rate of unscanned mails is below its bound."},
          {"メールの検査が正常に戻りました", "検査できないメールの割合が基準を下回りました。"}},
    Entry{AlertKind::certificate_expiring,
          false,
          {"A certificate expires",
           "The certificate for {subject} expires at {expires_at}, days left: {days}. Without a "
           "new one "
           "mail is no longer received, or no longer removed."},
          {"証明書の有効期限が近づいています",
           "{subject} の証明書は {expires_at} に失効します(残り {days} "
           "日)。更新しないとメールの受信または"
           "削除ができなくなります。"}},
    Entry{AlertKind::certificate_expiring,
          true,
          {"A certificate was renewed", "The certificate for {subject} is valid for long enough."},
          {"証明書が更新されました", "{subject} の証明書は十分な有効期間があります。"}},
    Entry{AlertKind::space_low,
          false,
          {"Room runs short",
           "{subject}: {percent}% of what there is are used. At its bound mail is deferred, not "
           "lost."},
          {"空き容量が不足しています",
           "{subject}: {percent}% "
           "を使用しています。上限に達するとメールは延期されます(失われません)。"}},
    Entry{AlertKind::space_low,
          true,
          {"There is room again", "{subject}: below the bound again."},
          {"空き容量が回復しました", "{subject}: 再び基準を下回りました。"}},
    Entry{AlertKind::test,
          false,
          {"Test alert of secondlook",
           "Somebody asked for it with `secondlook alerts test`. All is well."},
          {"secondlook のテスト通知",
           "`secondlook alerts test` により送信されました。問題はありません。"}},
};

struct Label {
  std::string_view name, english, japanese;
};
constexpr std::array kLabels = {
    Label{"tenant", "Tenant", "テナント"},
    Label{"severity", "Severity", "重要度"},
    Label{"count", "Count", "件数"},
    Label{"messages", "Mails", "メール数"},
    Label{"first", "First", "最初"},
    Label{"last", "Last", "最後"},
    Label{"because", "Reason", "理由"},
    Label{"action", "Moved to", "移動先"},
    Label{"state", "State", "状態"},
    Label{"scope", "Limit of", "上限の種類"},
    Label{"name", "Name", "名前"},
    Label{"copies", "Copies", "コピー数"},
    Label{"limit", "Limit", "上限"},
    Label{"expires_at", "Expires", "期限"},
    Label{"path", "Where", "場所"},
    Label{"audit", "Audit row", "監査番号"},
    Label{"mail", "Mail", "メール"},
    Label{"id", "ID", "ID"},
    Label{"mailbox", "mailbox", "メールボックス"},
    Label{"sender", "from", "差出人"},
    Label{"subject", "subject", "件名"},
    Label{"rules", "rules", "ルール"},
};

bool is_japanese(const Alert& alert) {
  return alert.language == AlertLanguage::japanese;
}

std::string label(const Alert& alert, std::string_view name) {
  for (const Label& one : kLabels)
    if (one.name == name) return std::string(is_japanese(alert) ? one.japanese : one.english);
  return std::string(name);
}

const Words& find_words(const Alert& alert) {
  for (const Entry& entry : kEntries)
    if (entry.kind == alert.kind && entry.resolved == alert.resolved)
      return is_japanese(alert) ? entry.japanese : entry.english;
  return kEntries.back().english;
}

std::string value_of(const Alert& alert, std::string_view name) {
  if (name == "count") return std::to_string(alert.count);
  if (name == "messages") return std::to_string(alert.messages.size());
  if (name == "tenant") return visible_text(alert.tenant, kLongestValue);
  const auto found = alert.facts.find(std::string(name));
  return found == alert.facts.end() ? "?" : visible_text(found->second, kLongestValue);
}

std::string filled(const Alert& alert, std::string_view pattern) {
  std::string text;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    const auto close = pattern.find('}');
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    text += pattern.substr(0, open);
    text += value_of(alert, pattern.substr(open + 1, close - open - 1));
    pattern.remove_prefix(close + 1);
  }
  return text + std::string(pattern);
}

std::string mail_text(const Alert& alert, const AlertSample& sample) {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (!text.empty()) text += "; ";
    text += label(alert, name) + " " + visible_text(value, kLongestValue);
  };
  if (sample.message != 0) add("id", std::to_string(sample.message));
  add("mailbox", sample.mailbox);
  add("sender", sample.sender);
  add("subject", sample.subject);
  std::string rules;
  for (const std::string& rule : sample.rules) rules += (rules.empty() ? "" : ", ") + rule;
  add("rules", rules);
  return cut_text(text, kLongestMail);
}

}  // namespace

std::string time_text(Timestamp time) {
  return format_rfc3339(time).substr(0, 19) + "Z";
}

AlertWords words_of(const Alert& alert) {
  const Words& words = find_words(alert);
  AlertWords result{std::string(words.title), filled(alert, words.sentence), {}};
  if (!alert.tenant.empty()) result.title += " (" + visible_text(alert.tenant, kLongestValue) + ")";
  const auto add = [&](std::string_view name, std::string value) {
    result.facts.emplace_back(label(alert, name), std::move(value));
  };
  if (!alert.tenant.empty()) add("tenant", visible_text(alert.tenant, kLongestValue));
  add("severity", std::string(name_of(alert.severity)));
  if (alert.count > 1) add("count", std::to_string(alert.count));
  if (alert.messages.size() > 1)
    add("messages", std::to_string(alert.messages.size()) +
                        (alert.messages.size() >= Alert::kMostMessages ? "+" : ""));
  add("first", time_text(alert.first_at));
  if (alert.count > 1) add("last", time_text(alert.last_at));
  for (const std::string_view name : {"because", "action", "state", "scope", "name", "copies",
                                      "limit", "expires_at", "path", "audit"}) {
    const auto found = alert.facts.find(std::string(name));
    if (found != alert.facts.end() && !found->second.empty())
      add(name, visible_text(found->second, kLongestValue));
  }
  for (const AlertSample& sample : alert.samples)
    if (std::string text = mail_text(alert, sample); !text.empty()) add("mail", std::move(text));
  return result;
}

}  // namespace secondlook
