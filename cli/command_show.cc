#include <iomanip>
#include <sstream>

#include <fcntl.h>

#include "base/file_descriptor.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "cli/verdict_view.h"
#include "schema/journal_log/reader.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

constexpr std::string_view kHelp =
    "Usage: secondlook show ID [--json | --raw] [--lang en|ja]\n\n"
    "One mail: its facts, the rules that hit with their evidence, its copies and what was done.\n"
    "ID is the number that `search` shows. Works while the service is down.\n\n"
    "  --json   one object\n"
    "  --raw    the journal report as it was received, while the journal log keeps it; bytes of a\n"
    "           stranger, therefore never to a terminal\n"
    "  --lang   of what stands around the facts; else `lang` of the configuration, else the "
    "locale.\n"
    "           Rules are described in the language in which the mail was judged\n\n"
    "Exit status: 0 shown, 1 no such mail or no longer kept, 2 bad usage.\n\n"
    "Example:\n"
    "  secondlook show 4711\n"
    "  secondlook show 4711 --raw > report.eml\n";

constexpr Phrase kMailbox = {"MAILBOX", "メールボックス"};
constexpr Phrase kAction = {"ACTION", "操作"};
constexpr Phrase kState = {"STATE", "状態"};
constexpr Phrase kAt = {"AT", "日時"};

std::string time_cell(const std::optional<Timestamp>& time) {
  return time ? format_rfc3339(*time).substr(0, 19) + "Z" : "";
}

// 03:58:07.123
std::string clock_cell(const std::optional<Timestamp>& time) {
  return time ? format_rfc3339(*time).substr(11, 12) : "";
}

std::string seconds_text(double seconds) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << seconds << " s";
  return text.str();
}

void print_copies(const Console& console, const FoundMessage& message, Language language) {
  if (message.copies.empty()) return;
  const auto name = [&](const Phrase& phrase) { return say(language, phrase); };
  Table table({{name(kMailbox)},
               {name(kAction)},
               {name(kState), true},
               {name({"WAS IN", "元のフォルダー"})},
               {name(kAt)},
               {name({"UNDO UNTIL", "復元の期限"})}});
  for (const FoundCopy& copy : message.copies)
    table.add({copy.mailbox, copy.action.empty() ? "-" : copy.action,
               copy.state.empty() ? name({"left where it is", "そのまま"})
                                  : copy.state + (copy.detail.empty() ? "" : ": " + copy.detail),
               copy.folder_before, time_cell(copy.at), time_cell(copy.undo_until)});
  console.out << name({"\ncopies\n", "\nコピー\n"});
  table.print(console.out, console.width);
}

void print_steps(const Console& console, const FoundMessage& message, Language language) {
  if (message.steps.empty()) return;
  const auto name = [&](const Phrase& phrase) { return say(language, phrase); };
  Table table({{name(kAt)},
               {name({"CAUSE", "きっかけ"})},
               {name(kMailbox)},
               {name(kAction)},
               {name(kState), true},
               {name({"TRIES", "試行"}), false, true}});
  for (const Step& step : message.steps)
    table.add({time_cell(step.finished_at ? step.finished_at : step.planned_at), step.cause,
               step.mailbox,
               (step.restores ? name({"undo ", "復元 "}) : "") + std::string(name_of(step.action)),
               std::string(name_of(step.state)) + (step.detail.empty() ? "" : ": " + step.detail),
               std::to_string(step.tries)});
  console.out << name({"\nwhat was done\n", "\n行われたこと\n"});
  table.print(console.out, console.width);
}

// Of each copy that was removed: when what happened, and how long it lay in reach.
void print_receipts(const Console& console, const FoundMessage& message, Language language) {
  const auto name = [&](const Phrase& phrase) { return say(language, phrase); };
  Table table({{name(kMailbox)},
               {name({"ACCEPTED", "受理"})},
               {name({"PLANNED", "計画"})},
               {name({"FIRST TRY", "最初の試行"})},
               {name({"REMOVED", "除去"})},
               {name({"VERIFIED", "確認"})},
               {name({"IN REACH", "届いていた時間"}), false, true}});
  for (const Step& step : message.steps) {
    if (step.restores || step.state != StepState::removed || !step.finished_at) continue;
    const std::chrono::duration<double> in_reach = *step.finished_at - message.received_at;
    table.add({step.mailbox, clock_cell(message.received_at), clock_cell(step.planned_at),
               clock_cell(step.first_try_at), clock_cell(step.finished_at),
               step.verified_at ? clock_cell(step.verified_at) : name({"not yet", "未"}),
               seconds_text(in_reach.count())});
  }
  if (table.empty()) return;
  console.out << name(
      {"\nreceipts (UTC, with fractions of a second)\n", "\n経過（UTC、ミリ秒まで）\n"});
  table.print(console.out, console.width);
}

void print_reporters(const Console& console, const FoundMessage& message, Language language) {
  if (message.reported_by.empty()) return;
  console.out << say(language, {"\nreported by {1} users:", "\n{1}人の利用者が報告:"},
                     {std::to_string(message.reported_by.size())});
  for (const std::string& reporter : message.reported_by)
    console.out << ' ' << terminal_text(reporter);
  console.out << '\n';
}

void print_second_looks(const Console& console, const FoundMessage& message, Language language) {
  for (const FoundMessage::Report& report : message.reports)
    if (report.revision > 0)
      console.out << say(language,
                         {"\njudged once more because of {1}: was {2} before\n",
                          "\n再判定の理由 {1}: 以前の判定は {2}\n"},
                         {terminal_text(report.cause), terminal_text(report.before)});
}

void print_reports(const Console& console, const FoundMessage& message, Language language) {
  if (message.reports.empty()) return;
  const auto name = [&](const Phrase& phrase) { return say(language, phrase); };
  Table table({{name({"RECEIVED", "受信"})},
               {name({"FROM", "送信元"})},
               {name({"JOURNAL LOG", "ジャーナルログ"})},
               {name({"SEQUENCE", "番号"}), false, true}});
  for (const FoundMessage::Report& report : message.reports)
    table.add(
        {time_cell(report.received_at), report.peer, report.log, std::to_string(report.sequence)});
  console.out << name({"\njournal reports\n", "\nジャーナルレポート\n"});
  table.print(console.out, console.width);
}

void print_message(const Console& console, const FoundMessage& message, Language language) {
  const Verdict& verdict = message.verdict;
  console.out << say(language, {"mail ", "メール "}) << message.id << "  "
              << console.coloured(colour_of(verdict.disposition), name_of(verdict.disposition))
              << ' ' << score_text(verdict.score) << "  " << terminal_text(message.tenant) << "  "
              << terminal_text(verdict.direction) << say(language, {"  received ", "  受信 "})
              << time_cell(message.received_at) << '\n';
  print_facts(console, verdict, language);
  if (!verdict.hits.empty() || !verdict.errors.empty())
    console.out << say(language, {"\nwhy\n", "\n判定の理由\n"});
  print_hits(console, verdict, language);
  print_reporters(console, message, language);
  print_second_looks(console, message, language);
  print_copies(console, message, language);
  print_receipts(console, message, language);
  print_steps(console, message, language);
  print_reports(console, message, language);
}

// The report's bytes to standard output; not_found: no longer kept.
Result<void> write_report(const Console& console, const PathSettings& paths,
                          const FoundMessage::Report& report) {
  auto log = JournalLogReader::open_to_the_end(paths.journal);
  if (!log) return log.error();
  if (log->log() != report.log) return not_found("it stands in another journal log, " + report.log);
  if (auto sought = log->seek_after(report.sequence - 1); !sought) return sought;
  const auto record = log->next();
  if (!record) return record.error();
  if (!*record || (*record)->sequence != report.sequence)
    return not_found("record " + std::to_string(report.sequence) +
                     " has been freed; [journal] archive_days says how long reports are kept");
  const auto segment = log->segment_descriptor((*record)->segment);
  if (!segment) return segment.error();
  const auto bytes = MappedBytes::map(*segment, (*record)->report_offset, (*record)->report_length);
  if (!bytes) return bytes.error();
  console.out << bytes->bytes();
  return {};
}

int print_raw(const Console& console, const PathSettings& paths, const FoundMessage& message) {
  if (console.out_is_terminal)
    return usage_error(console,
                       "show --raw: a stranger's bytes could command the terminal; redirect them "
                       "into a file");
  Error last = not_found("no report is recorded");
  for (const FoundMessage::Report& report : message.reports) {
    const auto written = write_report(console, paths, report);
    if (written) return exit_done;
    last = written.error();
  }
  return failure(console, "the report of mail " + std::to_string(message.id) +
                              " is not there: " + last.message);
}

int run_show(const Invocation& invocation) {
  const Console& console = invocation.console;
  const auto& words = invocation.arguments.words();
  const auto id = words.empty() ? std::nullopt : parse_number(words[0]);
  if (!id || *id > INT64_MAX)
    return usage_error(console, "show: which mail? A number as `secondlook search` shows it");
  if (invocation.arguments.has("json") && invocation.arguments.has("raw"))
    return usage_error(console, "show: --json or --raw, not both");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  const auto language = choose_language(invocation.arguments.value("lang"), configuration->lang);
  if (!language) return usage_error(console, "show: " + language.error().message);
  const auto store = open_detections(console, *configuration);
  if (!store) return exit_unreachable;
  const auto message = find_message(**store, static_cast<MessageRowId>(*id));
  if (!message) return report_error(console, message.error());
  if (!*message) return failure(console, "there is no mail " + words[0]);
  if (invocation.arguments.has("raw")) return print_raw(console, configuration->paths, **message);
  if (invocation.arguments.has("json"))
    console.out << json_text(show_json(**message)) << '\n';
  else
    print_message(console, **message, *language);
  return exit_done;
}

}  // namespace

Command show_command() {
  return {"show",
          "one mail: why, where, what was done",
          kHelp,
          {{{"json"}, {"raw"}, {"lang", true}}, false, 1},
          &run_show};
}

}  // namespace secondlook
