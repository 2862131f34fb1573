#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/store/audit.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kHelp =
    "Usage: secondlook audit [--since T] [--limit N] [--json]\n"
    "       secondlook audit verify [--head HASH] [--json]\n\n"
    "What operators did, who was refused, and how it ended; newest first. Reads the database: "
    "works\n"
    "while the service is down.\n\n"
    "  --since T    2026-11-22, RFC 3339, or an age: 2h, 7d\n"
    "  --limit N    at most N (50); 0: no limit\n"
    "  --json       one object a line\n\n"
    "WHO is the user whom the kernel named at the socket, LOGIN the one who logged in, as the "
    "tool\n"
    "said. A row of kind outcome tells how the command of row ABOUT ended.\n\n"
    "verify: each row holds the hash of the row before it. Says the first row that does not "
    "follow,\n"
    "and the head (the last row's hash). Note the head elsewhere: rows cut off at the end show "
    "only\n"
    "by --head, a head noted earlier that must still be there. The service's log names each row's\n"
    "hash as well.\n\n"
    "Exit status: 0 shown, or the chain is whole; 1 nothing to show, or the chain is broken;\n"
    "2 bad usage; 3 the database cannot be read.\n\n"
    "Example:\n"
    "  secondlook audit --since 7d\n"
    "  secondlook audit verify --head \"$(cat /mnt/elsewhere/audit_head)\"\n";

Json parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(nullptr) : json;
}

std::string text(const Json& object, const char* name) {
  if (!object.is_object()) return "";
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// What a command was asked to do, as it would be typed.
std::string what_of(const Json& request) {
  std::string what;
  const auto add = [&](const std::string& word) {
    if (!word.empty()) what += (what.empty() ? "" : " ") + word;
  };
  if (!request.is_object()) return what;
  if (const auto select = request.find("select"); select != request.end() && select->is_object()) {
    for (const char* list : {"expression", "mailboxes"})
      if (const auto words = select->find(list); words != select->end() && words->is_array())
        for (const Json& word : *words)
          if (word.is_string())
            add((std::string_view(list) == "mailboxes" ? "--mailbox " : "") +
                word.get<std::string>());
    if (const std::string id = text(*select, "message_id"); !id.empty()) add("--message-id " + id);
  }
  if (const std::string action = text(request, "action"); !action.empty()) add("--to " + action);
  if (const std::string decision = text(request, "decision"); !decision.empty())
    add("--" + decision);
  add(text(request, "rule_set"));
  if (const auto wrong = request.find("false_positive");
      wrong != request.end() && wrong->is_boolean() && wrong->get<bool>())
    add("--false-positive");
  return what;
}

// {"copies":3,"states":{"removed":3}} as "copies 3, removed 3".
std::string outcome_of(const Json& outcome) {
  std::string line;
  if (!outcome.is_object()) return line;
  for (const auto& [name, value] : outcome.items()) {
    if (value.is_null()) continue;
    if (!line.empty()) line += ", ";
    line += value.is_object()   ? outcome_of(value)
            : value.is_string() ? name + ": " + value.get<std::string>()
                                : name + " " + value.dump();
  }
  return line;
}

std::string json_of(const AuditRow& row) {
  const AuditEntry& entry = row.entry;
  const Json request = parsed(entry.arguments);
  const std::string reason = text(request, "reason");
  Json object = {{"id", row.id},
                 {"at", format_rfc3339(entry.at)},
                 {"kind", row.kind},
                 {"about", entry.about ? Json(*entry.about) : Json(nullptr)},
                 {"who", entry.who},
                 {"login", entry.login.empty() ? Json(nullptr) : Json(entry.login)},
                 {"command", entry.command},
                 {"reason", reason.empty() ? Json(nullptr) : Json(reason)},
                 {"request", request},
                 {"outcome", entry.outcome.empty() ? Json(nullptr) : parsed(entry.outcome)},
                 {"hash", row.hash}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_row(Table& table, const AuditRow& row) {
  const AuditEntry& entry = row.entry;
  const Json request = parsed(entry.arguments);
  table.add({std::to_string(row.id), format_rfc3339(entry.at).substr(0, 19) + "Z", entry.who,
             entry.login, entry.command, row.kind,
             entry.about ? "of " + std::to_string(*entry.about) : what_of(request),
             text(request, "reason"), outcome_of(parsed(entry.outcome))});
}

int list(const Invocation& invocation, Store& store) {
  const Console& console = invocation.console;
  const auto limit = invocation.arguments.number("limit", 50);
  const auto since = time_option(invocation, "since");
  if (!limit) return report_error(console, within("audit", limit.error()));
  if (!since) return report_error(console, within("audit", since.error()));
  const bool json = invocation.arguments.has("json");
  Table table({{"ID", false, true},
               {"AT"},
               {"WHO"},
               {"LOGIN"},
               {"COMMAND"},
               {"KIND"},
               {"WHAT", true},
               {"WHY", true},
               {"OUTCOME", true}});
  bool any = false;
  const auto read = read_audit(store, *since, *limit, [&](const AuditRow& row) {
    any = true;
    if (json)
      console.out << json_text(json_of(row)) << '\n';
    else
      add_row(table, row);
    return console.out.good();
  });
  if (!read) return report_error(console, read.error());
  if (!table.empty()) table.print(console.out, console.width);
  return any ? exit_done : exit_findings;
}

int verify(const Invocation& invocation, Store& store) {
  const Console& console = invocation.console;
  const auto check = verify_audit(store, invocation.arguments.value("head"));
  if (!check) return report_error(console, check.error());
  if (invocation.arguments.has("json")) {
    const Json object = {{"intact", check->intact()},
                         {"rows", check->rows},
                         {"head", check->head.empty() ? Json(nullptr) : Json(check->head)},
                         {"first_bad", check->first_bad ? Json(*check->first_bad) : Json(nullptr)},
                         {"fault", check->intact() ? Json(nullptr) : Json(check->fault)}};
    console.out << json_text(object.dump()) << '\n';
    return check->intact() ? exit_done : exit_findings;
  }
  console.out << "rows  " << check->rows << "\nhead  "
              << (check->head.empty() ? "none" : terminal_text(check->head)) << '\n';
  if (!check->intact()) return failure(console, "the audit is BROKEN: " + check->fault);
  console.out << "whole\n";
  return exit_done;
}

int run_audit(const Invocation& invocation) {
  const auto& words = invocation.arguments.words();
  const bool verifies = !words.empty();
  if (verifies && words[0] != "verify")
    return usage_error(invocation.console, "audit: verify, or nothing to list it");
  for (const char* option : {"since", "limit"})
    if (verifies && invocation.arguments.has(option))
      return usage_error(invocation.console,
                         "audit verify: the whole chain is read, without --" + std::string(option));
  if (!verifies && invocation.arguments.has("head"))
    return usage_error(invocation.console, "audit: --head belongs to `audit verify`");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  const auto store = open_detections(invocation.console, *configuration);
  if (!store) return exit_unreachable;
  return verifies ? verify(invocation, **store) : list(invocation, **store);
}

}  // namespace

Command audit_command() {
  return {"audit",
          "who did what by hand, and whether that record is whole",
          kHelp,
          {{{"since", true}, {"limit", true}, {"head", true}, {"json"}}, false, 1},
          &run_audit};
}

}  // namespace secondlook
