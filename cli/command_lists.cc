#include <algorithm>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"
#include "cli/commands.h"
#include "cli/control_client.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/lists/list_entry.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::minutes kPatience{1};
constexpr std::size_t kShown = 20;
constexpr std::size_t kMostLooked = 100'000;
constexpr std::size_t kLargestFile = 1 << 20;

constexpr std::string_view kHelp =
    "Usage: secondlook lists [show] [--json]\n"
    "       secondlook lists add ENTRY | --file FILE  [--reason TEXT]\n"
    "       secondlook lists remove ENTRY  [--reason TEXT]\n"
    "       secondlook lists test ENTRY  [--json]\n\n"
    "What you know of senders, hosts, files and people. It counts from the next mail on; with\n"
    "[analyzer] rescan_hours also for delivered mail that the entry is about.\n\n"
    "Entries:\n"
    "  block sender|domain|ip|host|hash VALUE [until DAY]   malicious\n"
    "  allow sender|domain VALUE until DAY                  clean, but for what is malicious; "
    "only\n"
    "                                                       mail that DMARC or compauth vouches "
    "for\n"
    "  vip ADDRESS NAME                                     a name that strangers may not wear\n"
    "  partner DOMAIN                                       a domain that strangers imitate\n"
    "  brand DOMAIN NAME                                    the same of a brand, in links too\n"
    "A domain or host holds for all beneath it; ip takes a network. Behind # a note.\n\n"
    "  test          the past mails whose verdict the entry would change; nothing is saved\n"
    "  --file FILE   entries, one a line\n"
    "  --reason TEXT for the audit\n"
    "  --json        one object a line\n\n"
    "Exit status: 0 done (test: nothing would change), 1 refused (test: something would),\n"
    "2 bad usage, 3 no service.\n\n"
    "Example:\n"
    "  secondlook lists test block domain evil.example\n"
    "  secondlook lists add 'block domain evil.example until 2027-01-31 # ticket 17'\n";

std::string line_of(const std::vector<std::string>& words, std::size_t from) {
  std::string line;
  for (std::size_t i = from; i < words.size(); ++i) line += (line.empty() ? "" : " ") + words[i];
  return line;
}

Json json_of(const StoredListEntry& stored) {
  const ListEntry& entry = stored.entry;
  return {{"kind", name_of(entry.kind)},
          {"subject", name_of(entry.subject)},
          {"value", entry.value},
          {"name", entry.name.empty() ? Json(nullptr) : Json(entry.name)},
          {"until", entry.until ? Json(format_rfc3339(*entry.until)) : Json(nullptr)},
          {"note", entry.note.empty() ? Json(nullptr) : Json(entry.note)},
          {"added_at", format_rfc3339(stored.added_at)},
          {"added_by", stored.added_by}};
}

std::string dump(const Json& json) {
  return json_text(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

int show(const Invocation& invocation, const Configuration& configuration) {
  const Console& console = invocation.console;
  const auto store = open_detections(console, configuration);
  if (!store) return exit_unreachable;
  const auto entries = (*store)->lists().all();
  if (!entries) return report_error(console, entries.error());
  Table table({{"ENTRY", true}, {"ADDED"}, {"BY"}});
  for (const StoredListEntry& stored : *entries) {
    if (invocation.arguments.has("json"))
      console.out << dump(json_of(stored)) << '\n';
    else
      table.add(
          {to_line(stored.entry), format_rfc3339(stored.added_at).substr(0, 10), stored.added_by});
  }
  if (!table.empty()) table.print(console.out, console.width);
  return exit_done;
}

int change(const Invocation& invocation, const Configuration& configuration,
           const std::string& command, const std::vector<std::string>& lines) {
  const Console& console = invocation.console;
  for (const std::string& line : lines) {
    ControlRequest request;
    request.command = command;
    request.content = line;
    request.reason = invocation.arguments.value("reason");
    request.login = login_name();
    const auto answer = ask_service(
        configuration.paths.control_socket(), request, [](std::string_view) {}, kPatience);
    if (const int status = report_answer(console, answer); status != exit_done) return status;
    const auto done = nlohmann::json::parse(answer.json, nullptr, false);
    const std::string entry =
        done.is_object() ? done.value("entry", std::string(line)) : std::string(line);
    console.out << (command == "lists_add" ? "added: " : "removed: ") << terminal_text(entry);
    if (done.is_object() && done.value("judged_again", 0) > 0)
      console.out << "; " << done.value("judged_again", 0) << " delivered mails are judged again";
    console.out << '\n';
  }
  return exit_done;
}

bool is_vouched_for(const Verdict& verdict) {
  return verdict.authentication.dmarc == "pass" || verdict.authentication.compauth == "pass";
}

// What the verdict would be; the same where the entry changes nothing.
Disposition with_entry(const ListEntry& entry, const Verdict& verdict) {
  const Disposition now = verdict.disposition;
  if (now == Disposition::not_a_report || now == Disposition::forged_report) return now;
  if (entry.kind == ListKind::block) return Disposition::malicious;
  const bool is_lowered =
      now != Disposition::malicious && now != Disposition::unscanned && is_vouched_for(verdict);
  return is_lowered ? Disposition::clean : now;
}

int test(const Invocation& invocation, const Configuration& configuration, const ListEntry& entry) {
  const Console& console = invocation.console;
  const std::string term = search_term(entry);
  if (term.empty())
    return usage_error(console, "lists test: what " + std::string(name_of(entry.kind)) +
                                    " finds is no search; block and allow can be tested");
  const auto store = open_detections(console, configuration);
  if (!store) return exit_unreachable;
  auto query = parse_search({term}, invocation.clock.now());
  if (!query) return report_error(console, query.error());
  query->include_all = true;
  query->limit = kMostLooked;
  std::map<std::string, std::size_t> changes;
  std::size_t looked = 0, changed = 0;
  Table table(
      {{"ID", false, true}, {"RECEIVED"}, {"NOW"}, {"THEN"}, {"SENDER", true}, {"SUBJECT", true}});
  const auto searched = search(**store, *query, [&](const FoundMessage& message) {
    ++looked;
    const Disposition now = message.verdict.disposition;
    const Disposition then = with_entry(entry, message.verdict);
    if (now == then) return true;
    ++changed;
    const std::string from(name_of(now)), to(name_of(then));
    ++changes[from + " to " + to];
    const std::string day = format_rfc3339(message.received_at).substr(0, 19) + "Z";
    if (invocation.arguments.has("json"))
      console.out << dump({{"id", message.id},
                           {"received_at", format_rfc3339(message.received_at)},
                           {"sender", message.verdict.sender},
                           {"subject", message.verdict.subject},
                           {"disposition", from},
                           {"would_be", to}})
                  << '\n';
    else if (changed <= kShown)
      table.add({std::to_string(message.id), day, from, to, message.verdict.sender,
                 message.verdict.subject});
    return console.out.good();
  });
  if (!searched) return report_error(console, searched.error());
  if (invocation.arguments.has("json")) return changed > 0 ? exit_findings : exit_done;
  if (!table.empty()) table.print(console.out, console.width);
  if (changed > kShown) console.out << "... and " << changed - kShown << " more\n";
  console.out << changed << " of " << looked << " past mails would change";
  for (const auto& [what, count] : changes) console.out << ", " << count << " from " << what;
  console.out << '\n';
  return changed > 0 ? exit_findings : exit_done;
}

// The entries of the command line, or of the file; nothing: the complaint is printed.
std::optional<std::vector<std::string>> wanted_lines(const Invocation& invocation) {
  const Console& console = invocation.console;
  const Arguments& arguments = invocation.arguments;
  if (!arguments.has("file")) return std::vector<std::string>{line_of(arguments.words(), 1)};
  const auto text = read_file(arguments.value("file"), kLargestFile);
  const auto entries = text ? parse_list(*text) : Result<std::vector<ListEntry>>(text.error());
  if (!entries) {
    usage_error(console, "lists: " + arguments.value("file") + ": " + entries.error().message);
    return std::nullopt;
  }
  std::vector<std::string> lines;
  for (const ListEntry& entry : *entries) lines.push_back(to_line(entry));
  return lines;
}

int run_lists(const Invocation& invocation) {
  const Console& console = invocation.console;
  const auto& words = invocation.arguments.words();
  const std::string action = words.empty() ? "show" : words[0];
  const bool has_entry = words.size() > 1 || invocation.arguments.has("file");
  if (action != "show" && action != "add" && action != "remove" && action != "test")
    return usage_error(console, "lists: show, add, remove or test");
  if (action == "show" && has_entry) return usage_error(console, "lists show takes no entry");
  if (action != "show" && !has_entry)
    return usage_error(console, "lists " + action + ": which entry? See secondlook lists --help");
  if (action != "add" && invocation.arguments.has("file"))
    return usage_error(console, "lists: --file goes with add");
  const auto lines = wanted_lines(invocation);
  if (!lines) return exit_usage;
  if (action == "add" || action == "test") {
    const auto entry = lines->empty() ? malformed("no entry") : parse_list_entry((*lines)[0]);
    if (!entry) return usage_error(console, "lists " + action + ": " + entry.error().message);
  }
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  if (action == "show") return show(invocation, *configuration);
  if (action == "test") return test(invocation, *configuration, *parse_list_entry((*lines)[0]));
  return change(invocation, *configuration, "lists_" + action, *lines);
}

}  // namespace

Command lists_command() {
  return {"lists",
          "what you know of senders, hosts, files and people",
          kHelp,
          {{{"file", true}, {"reason", true}, {"json"}}, false},
          &run_lists};
}

}  // namespace secondlook
