#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/language.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/store/period_report.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kHelp =
    "Usage: secondlook report [--since TIME] [--until TIME] [--top N] [--lang en|ja] [--json]\n\n"
    "Figures of a time: messages by disposition, whom and what detections (malicious and\n"
    "suspicious) concern, what became of automatic removals, how long copies lay in reach, how\n"
    "many removals were put back by hand, and what Exchange's own filter had said. Works while\n"
    "the service is down.\n\n"
    "  --since TIME   2026-11-22, RFC 3339, or an age: 30m, 2h, 7d (7d)\n"
    "  --until TIME   the same (now)\n"
    "  --top N        so many of each list (10)\n"
    "  --lang         else `lang` of the configuration, else the locale\n"
    "  --json         one object\n\n"
    "Exit status: 0 done, 1 no message in that time, 2 bad usage, 3 no database.\n\n"
    "Example:\n"
    "  secondlook report --since 30d --json\n";

// Nearest rank: of a hundred the 95th is the 95th.
std::optional<double> percentile_seconds(const PeriodReport& report, std::size_t percent) {
  const auto& sorted = report.exposures;
  if (sorted.empty()) return std::nullopt;
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  return std::chrono::duration<double>(sorted[std::max<std::size_t>(rank, 1) - 1]).count();
}

std::optional<double> precision_of(const PeriodReport& report) {
  if (report.removed_messages == 0) return std::nullopt;
  return 1 - static_cast<double>(report.restored_messages) /
                 static_cast<double>(report.removed_messages);
}

Json object_of(const RankedNames& names) {
  Json object = Json::object();
  for (const auto& [name, number] : names) object[name] = number;
  return object;
}

Json list_of(const RankedNames& names) {
  Json list = Json::array();
  for (const auto& [name, number] : names) list.push_back({{"name", name}, {"messages", number}});
  return list;
}

Json number_or_null(std::optional<double> number) {
  return number ? Json(*number) : Json(nullptr);
}

Json json_of(const PeriodReport& report) {
  return {{"since", format_rfc3339(report.since)},
          {"until", format_rfc3339(report.until)},
          {"messages", report.messages},
          {"dispositions", object_of(report.dispositions)},
          {"detections", report.detections},
          {"recipients", list_of(report.recipients)},
          {"senders", list_of(report.senders)},
          {"sender_domains", list_of(report.sender_domains)},
          {"rules", list_of(report.rules)},
          {"hosts", list_of(report.hosts)},
          {"removals",
           {{"copies", object_of(report.removals)},
            {"messages", report.removed_messages},
            {"restored", report.restored_messages},
            {"false_positives", report.false_positives},
            {"precision", number_or_null(precision_of(report))}}},
          {"exposure_seconds",
           {{"copies", report.exposures.size()},
            {"p50", number_or_null(percentile_seconds(report, 50))},
            {"p95", number_or_null(percentile_seconds(report, 95))},
            {"p99", number_or_null(percentile_seconds(report, 99))}}},
          {"eop",
           {{"detections", report.detections_with_eop},
            {"passed", report.passed_by_eop},
            {"clean_against_eop", report.clean_against_eop}}}};
}

std::string counted(const RankedNames& names, Language language) {
  std::string line;
  for (const auto& [name, number] : names)
    line += (line.empty() ? "" : ", ") +
            say(language, {"{1} {2}", "{2} {1}"}, {std::to_string(number), name});
  return line.empty() ? say(language, {"none", "なし"}) : line;
}

std::string percent_of(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

std::string seconds_text(std::optional<double> seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", seconds.value_or(0));
  return text;
}

void print_ranked(const Console& console, Language language, const Phrase& heading,
                  const RankedNames& names) {
  if (names.empty()) return;
  console.out << '\n';
  Table table({{say(language, heading), true}, {say(language, {"MESSAGES", "通数"}), false, true}});
  for (const auto& [name, number] : names) table.add({name, std::to_string(number)});
  table.print(console.out, console.width);
}

void print_removals(const Console& console, Language language, const PeriodReport& report) {
  console.out << say(language,
                     {"Automatic removals, by copies: {1}\n", "自動的な除去（コピー数）: {1}\n"},
                     {counted(report.removals, language)});
  if (const auto precision = precision_of(report))
    console.out << say(
        language,
        {"Of {1} removed messages {2} were put back by hand, {3} as false positives: "
         "{4} stand\n",
         "除去したメール{1}通のうち{2}通が手動で復元され、うち誤検知は{3}通: {4}が有効\n"},
        {std::to_string(report.removed_messages), std::to_string(report.restored_messages),
         std::to_string(report.false_positives), percent_of(*precision)});
  if (!report.exposures.empty())
    console.out << say(
        language,
        {"In reach from acceptance to removal: half of the copies {1} at most, 95 in 100 "
         "{2}, 99 in 100 {3}\n",
         "受理から除去までに届いていた時間: 半数のコピーで{1}以内、95%で{2}以内、99%で{3}以内\n"},
        {seconds_text(percentile_seconds(report, 50)), seconds_text(percentile_seconds(report, 95)),
         seconds_text(percentile_seconds(report, 99))});
}

void print_report(const Console& console, Language language, const PeriodReport& report) {
  console.out << say(language,
                     {"{1} to {2}: {3} messages, {4}\n", "{1} から {2} まで: {3}通、{4}\n"},
                     {format_rfc3339(report.since), format_rfc3339(report.until),
                      std::to_string(report.messages), counted(report.dispositions, language)});
  print_removals(console, language, report);
  if (report.detections_with_eop > 0)
    console.out << say(
        language,
        {"Exchange's filter had let through {1} of {2} detections\n",
         "検知した{2}通のうち{1}通はExchangeのフィルターを通過していました\n"},
        {std::to_string(report.passed_by_eop), std::to_string(report.detections_with_eop)});
  if (report.clean_against_eop > 0)
    console.out << say(
        language,
        {"It had called {1} messages phish, spoof or malware that are clean here\n",
         "Exchangeがフィッシング、なりすまし、マルウェアとした{1}通はここでは問題なし\n"},
        {std::to_string(report.clean_against_eop)});
  print_ranked(console, language, {"RECIPIENT OF DETECTIONS", "検知されたメールの受信者"},
               report.recipients);
  print_ranked(console, language, {"SENDER", "差出人"}, report.senders);
  print_ranked(console, language, {"SENDER'S DOMAIN", "差出人のドメイン"}, report.sender_domains);
  print_ranked(console, language, {"RULE", "ルール"}, report.rules);
  print_ranked(console, language, {"HOST OF A LINK", "リンク先のホスト"}, report.hosts);
}

int run_report(const Invocation& invocation) {
  const Console& console = invocation.console;
  const Timestamp now = invocation.clock.now();
  const auto since = time_option(invocation, "since");
  const auto until = time_option(invocation, "until");
  const auto top = invocation.arguments.number("top", 10);
  if (!since) return report_error(console, within("report", since.error()));
  if (!until) return report_error(console, within("report", until.error()));
  if (!top) return report_error(console, within("report", top.error()));
  const Timestamp from = since->value_or(now - std::chrono::hours(7 * 24)),
                  to = until->value_or(now);
  if (from >= to) return usage_error(console, "report: --since is not before --until");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  const auto language = choose_language(invocation.arguments.value("lang"), configuration->lang);
  if (!language) return usage_error(console, "report: " + language.error().message);
  const auto store = open_detections(console, *configuration);
  if (!store) return exit_unreachable;
  const auto report = period_report(**store, from, to, *top);
  if (!report) return report_error(console, report.error());
  if (invocation.arguments.has("json"))
    console.out << json_text(json_of(*report).dump(-1, ' ', false, Json::error_handler_t::replace))
                << '\n';
  else
    print_report(console, *language, *report);
  return report->messages == 0 ? exit_findings : exit_done;
}

}  // namespace

Command report_command() {
  return {"report",
          "figures of a day, a week, a month",
          kHelp,
          {{{"since", true}, {"until", true}, {"top", true}, {"lang", true}, {"json"}}, false},
          &run_report};
}

}  // namespace secondlook
