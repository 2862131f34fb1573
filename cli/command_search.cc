#include <string>

#include "cli/commands.h"
#include "cli/search_help.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "cli/verdict_view.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

constexpr std::string_view kUsage =
    "Usage: secondlook search [EXPR] [--all] [--limit N | --count] [--json | --csv]\n\n"
    "Finds recorded mails, newest first: detections only, unless --all. Works while the service\n"
    "is down.\n\n"
    "  --all        clean mails too\n"
    "  --limit N    at most N (50); 0: no limit\n"
    "  --count      only how many there are\n"
    "  --json       one object a line\n"
    "  --csv        RFC 4180, with a heading\n\n";
constexpr std::string_view kExample =
    "\nExit status: 0 found, 1 nothing found, 2 bad usage.\n\n"
    "Example:\n"
    "  secondlook search 'from:evil.example -disposition:spam' after:7d\n"
    "  secondlook search --count --all to:finance@corp.example after:30d\n";

const std::string& help() {
  static const std::string kHelp =
      std::string(kUsage) + std::string(kExpressionHelp) + std::string(kExample);
  return kHelp;
}

template <typename Items, typename Name>
std::string joined(const Items& items, std::string_view separator, Name name) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : std::string(separator)) + name(item);
  return text;
}

std::string copy_states(const FoundMessage& message) {
  return joined(message.copies, ", ", [](const FoundCopy& copy) {
    return copy.state.empty() ? std::string("left") : copy.state;
  });
}

void print_csv_line(std::ostream& out, const FoundMessage& message) {
  const Verdict& verdict = message.verdict;
  const auto address = [](const Recipient& recipient) { return recipient.address; };
  const auto rule = [](const RuleHit& hit) { return hit.rule; };
  const auto itself = [](const std::string& text) { return text; };
  const auto copy = [](const FoundCopy& one) {
    return one.mailbox + " " + (one.action.empty() ? "-" : one.action) + " " +
           (one.state.empty() ? "-" : one.state);
  };
  // RFC 4180 section 2: lines end with CRLF.
  out << message.id << ',' << format_rfc3339(message.received_at) << ','
      << csv_field(message.tenant) << ',' << csv_field(verdict.message_id) << ','
      << csv_field(verdict.sender) << ',' << csv_field(joined(verdict.recipients, "; ", address))
      << ',' << csv_field(verdict.subject) << ',' << csv_field(verdict.direction) << ','
      << name_of(verdict.disposition) << ',' << score_text(verdict.score) << ','
      << csv_field(joined(verdict.hits, "; ", rule)) << ','
      << csv_field(joined(verdict.attributes, "; ", itself)) << ','
      << csv_field(joined(message.copies, "; ", copy)) << "\r\n";
}

constexpr std::string_view kCsvHeading =
    "id,received_at,tenant,message_id,sender,recipients,subject,direction,disposition,score,rules,"
    "attributes,copies\r\n";

std::string short_time(Timestamp time) {
  return format_rfc3339(time).substr(0, 19) + "Z";
}

void add_row(Table& table, const FoundMessage& message) {
  table.add({std::to_string(message.id), short_time(message.received_at),
             std::string(name_of(message.verdict.disposition)), score_text(message.verdict.score),
             message.verdict.sender, message.verdict.subject, copy_states(message)});
}

Result<std::size_t> print_all(const Invocation& invocation, Store& store,
                              const SearchQuery& query) {
  const Console& console = invocation.console;
  const bool json = invocation.arguments.has("json");
  const bool csv = invocation.arguments.has("csv");
  Table table({{"ID", false, true},
               {"RECEIVED"},
               {"DISPOSITION"},
               {"SCORE", false, true},
               {"SENDER", true},
               {"SUBJECT", true},
               {"COPIES", true}});
  std::size_t count = 0;
  if (csv) console.out << kCsvHeading;
  const auto searched = search(store, query, [&](const FoundMessage& message) {
    ++count;
    if (json)
      console.out << json_text(search_line(message)) << '\n';
    else if (csv)
      print_csv_line(console.out, message);
    else
      add_row(table, message);
    return console.out.good();
  });
  if (!searched) return searched.error();
  if (!table.empty()) table.print(console.out, console.width);
  return count;
}

int print_count(const Invocation& invocation, Store& store, const SearchQuery& query) {
  const auto count = count_found(store, query);
  if (!count) return report_error(invocation.console, count.error());
  if (invocation.arguments.has("json"))
    invocation.console.out << "{\"count\":" << *count << "}\n";
  else
    invocation.console.out << *count << '\n';
  return *count == 0 ? exit_findings : exit_done;
}

int run_search(const Invocation& invocation) {
  const Console& console = invocation.console;
  if (invocation.arguments.has("json") && invocation.arguments.has("csv"))
    return usage_error(console, "search: --json or --csv, not both");
  const bool only_count = invocation.arguments.has("count");
  if (only_count && (invocation.arguments.has("csv") || invocation.arguments.has("limit")))
    return usage_error(console, "search: --count goes with --json alone");
  const auto limit = invocation.arguments.number("limit", 50);
  if (!limit) return report_error(console, within("search", limit.error()));
  auto query = parse_search(invocation.arguments.words(), invocation.clock.now());
  if (!query) return report_error(console, within("search", query.error()));
  query->include_all = invocation.arguments.has("all");
  query->limit = *limit;
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  const auto store = open_detections(console, *configuration);
  if (!store) return exit_unreachable;
  if (only_count) return print_count(invocation, **store, *query);
  const auto count = print_all(invocation, **store, *query);
  if (!count) return report_error(console, count.error());
  if (*limit > 0 && *count == *limit && console.out_is_terminal)
    console.err << "the newest " << *limit << "; --limit N shows more, --limit 0 all\n";
  return *count == 0 ? exit_findings : exit_done;
}

}  // namespace

Command search_command() {
  return {"search",
          "find recorded mails",
          help(),
          {{{"all"}, {"limit", true}, {"count"}, {"json"}, {"csv"}}, true},
          &run_search};
}

}  // namespace secondlook
