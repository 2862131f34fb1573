#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"
#include "cli/commands.h"
#include "cli/control_client.h"
#include "cli/directory_listing.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/store/census.h"

namespace secondlook {
namespace {

using nlohmann::json;

// A whole reading of a large directory takes minutes, and nothing is said meanwhile.
constexpr std::chrono::minutes kPatience{60};
constexpr std::size_t kLargestImport = 512 << 10;

constexpr std::string_view kHelp =
    "Usage: secondlook directory show [ADDRESS] [--tenant NAME] [--json | --csv]\n"
    "       secondlook directory show --census [--tenant NAME] [--json]\n"
    "       secondlook directory sync [--tenant NAME] [--dry-run] [--whole]\n"
    "                                 [--accept-shrinking] [--json]\n"
    "       secondlook directory import FILE.csv [--tenant NAME] [--dry-run]\n"
    "       secondlook directory export [--tenant NAME]\n\n"
    "show    whose mailbox an address is, aliases resolved, and why it is acted on or left alone\n"
    "        (a rule of [tenant.directory], an override, protected_mailboxes). Without an "
    "address:\n"
    "        everything known, and recipients that the directory does not know.\n"
    "        --census: how many addresses got mail in each month, by what the directory says "
    "today\n"
    "        they are (user, guest, group, contact; unknown: of an own domain, but not in it;\n"
    "        elsewhere), and how many of them for the first time. An alias counts for itself. As\n"
    "        far back as messages are kept ([search] retention_days).\n"
    "sync    reads what changed now; --whole reads everything. --dry-run prints the differences\n"
    "        and changes nothing. A reading that would lose more than half of the users, or a\n"
    "        group that a rule names, is refused, unless --accept-shrinking.\n"
    "import  replaces the overrides by a CSV with the heading address,setting,note. setting:\n"
    "        include, exclude, protect, external, group, contact, public_folder. Not where\n"
    "        overrides_file is configured.\n"
    "export  prints the overrides in that form.\n\n"
    "Exit status: 0 done, 1 not found, or a tenant's directory could not be read, 2 bad usage,\n"
    "3 no service.\n\n"
    "Example:\n"
    "  secondlook directory show alias@contoso.example\n"
    "  secondlook directory sync --dry-run\n";

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

ControlRequest request_for(const Invocation& invocation, std::string command) {
  ControlRequest request;
  request.command = std::move(command);
  request.login = login_name();
  request.tenant = invocation.arguments.value("tenant");
  request.dry_run = invocation.arguments.has("dry-run");
  request.whole = invocation.arguments.has("whole");
  request.accept_shrinking = invocation.arguments.has("accept-shrinking");
  return request;
}

int show(const Invocation& invocation, const std::string& control_socket) {
  using Form = DirectoryListing::Form;
  const Arguments& arguments = invocation.arguments;
  if (arguments.has("json") && arguments.has("csv"))
    return usage_error(invocation.console, "directory show: --json or --csv, not both");
  ControlRequest request = request_for(invocation, "directory_show");
  if (arguments.words().size() == 2) request.address = arguments.words()[1];
  DirectoryListing listing(invocation.console, arguments.has("json")  ? Form::json
                                               : arguments.has("csv") ? Form::csv
                                                                      : Form::table);
  const auto answer = ask_service(
      control_socket, request, [&](std::string_view item) { listing.add(item); }, kPatience);
  listing.finish();
  if (const int status = report_answer(invocation.console, answer); status != exit_done)
    return status;
  if (listing.size() > 0) return exit_done;
  return failure(invocation.console, request.address.empty()
                                         ? "no directory was read yet: see `secondlook status`"
                                         : "no tenant knows the address " + request.address);
}

int show_census(const Invocation& invocation, const Configuration& configuration) {
  const Console& console = invocation.console;
  const auto store = open_detections(console, configuration);
  if (!store) return exit_unreachable;
  const auto rows = census(**store);
  if (!rows) return report_error(console, rows.error());
  const std::string tenant = invocation.arguments.value("tenant");
  Table table(
      {{"MONTH"}, {"TENANT", true}, {"TYPE"}, {"ADDRESSES", false, true}, {"NEW", false, true}});
  std::size_t shown = 0;
  for (const CensusRow& row : *rows) {
    if (!tenant.empty() && row.tenant != tenant) continue;
    ++shown;
    if (invocation.arguments.has("json"))
      console.out << json_text(nlohmann::ordered_json({{"month", row.month},
                                                       {"tenant", row.tenant},
                                                       {"type", row.kind},
                                                       {"addresses", row.addresses},
                                                       {"new", row.new_addresses}})
                                   .dump())
                  << '\n';
    else
      table.add({row.month, row.tenant, row.kind, std::to_string(row.addresses),
                 std::to_string(row.new_addresses)});
  }
  if (!table.empty()) table.print(console.out, console.width);
  return shown > 0 ? exit_done : failure(console, "no mail was recorded yet");
}

// What became of one tenant, in a line.
std::string in_words(const json& item, bool dry_run) {
  if (const std::string error = text(item, "error"); !error.empty())
    return text(item, "tenant") + ": " + error;
  const bool was_whole = text(item, "whole") == "true";
  std::string words = text(item, "tenant") + ": " + (was_whole ? "all read" : "changes read");
  if (!was_whole || dry_run)
    words += ", " + text(item, "added") + " added, " + text(item, "changed") + " changed, " +
             text(item, "removed") + " removed";
  return words + (dry_run ? " (nothing was changed)" : "") + "; " + text(item, "users") +
         " users, " + text(item, "guests") + " guests, " + text(item, "groups") + " groups, " +
         text(item, "contacts") + " contacts, " + text(item, "addresses") + " addresses";
}

int sync(const Invocation& invocation, const std::string& control_socket) {
  const Console& console = invocation.console;
  const ControlRequest request = request_for(invocation, "directory_sync");
  bool has_failed = false;
  const auto answer = ask_service(
      control_socket, request,
      [&](std::string_view item) {
        const json read = json::parse(item, nullptr, false);
        if (!read.is_object()) return;
        has_failed = has_failed || !text(read, "error").empty();
        if (invocation.arguments.has("json"))
          console.out << json_text(item) << '\n';
        else if (read.contains("difference"))
          console.out << terminal_text(text(read, "difference") + " " + text(read, "address") +
                                       "  " + text(read, "detail"))
                      << '\n';
        else
          console.out << terminal_text(in_words(read, request.dry_run)) << '\n';
      },
      kPatience);
  if (const int status = report_answer(console, answer); status != exit_done) return status;
  return has_failed ? exit_findings : exit_done;
}

int import_overrides(const Invocation& invocation, const std::string& control_socket) {
  const std::string& path = invocation.arguments.words()[1];
  auto content = read_file(path, kLargestImport);
  if (!content) return usage_error(invocation.console, content.error().message);
  ControlRequest request = request_for(invocation, "directory_import");
  request.content = std::move(*content);
  const auto answer = ask_service(
      control_socket, request, [](std::string_view) {}, kPatience);
  if (const int status = report_answer(invocation.console, answer); status != exit_done)
    return status;
  const json done = json::parse(answer.json, nullptr, false);
  invocation.console.out << terminal_text(text(done, "tenant") + ": " + text(done, "overrides") +
                                          (request.dry_run ? " overrides, not taken (dry run)"
                                                           : " overrides"))
                         << '\n';
  return exit_done;
}

int export_overrides(const Invocation& invocation, const std::string& control_socket) {
  const Console& console = invocation.console;
  console.out << "address,setting,note\r\n";
  const auto answer = ask_service(
      control_socket, request_for(invocation, "directory_export"),
      [&](std::string_view item) {
        const json one = json::parse(item, nullptr, false);
        if (one.is_object())
          console.out << csv_field(text(one, "address")) << ',' << csv_field(text(one, "setting"))
                      << ',' << csv_field(text(one, "note")) << "\r\n";
      },
      kPatience);
  return report_answer(console, answer);
}

int run_directory(const Invocation& invocation) {
  const auto& words = invocation.arguments.words();
  const std::string what = words.empty() ? "" : words[0];
  const bool fits = (what == "show" && words.size() <= 2) ||
                    ((what == "sync" || what == "export") && words.size() == 1) ||
                    (what == "import" && words.size() == 2);
  if (!fits)
    return usage_error(invocation.console,
                       "directory: show [ADDRESS], sync, import FILE.csv, or export");
  if (invocation.arguments.has("census") &&
      (what != "show" || words.size() > 1 || invocation.arguments.has("csv")))
    return usage_error(invocation.console,
                       "directory: --census goes with show alone, as a table or --json");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  if (invocation.arguments.has("census")) return show_census(invocation, *configuration);
  const std::string socket = configuration->paths.control_socket();
  if (what == "show") return show(invocation, socket);
  if (what == "sync") return sync(invocation, socket);
  if (what == "import") return import_overrides(invocation, socket);
  return export_overrides(invocation, socket);
}

}  // namespace

Command directory_command() {
  return {"directory",
          "whose mailbox an address is, and which are acted on",
          kHelp,
          {{{"json"},
            {"csv"},
            {"dry-run"},
            {"whole"},
            {"accept-shrinking"},
            {"census"},
            {"tenant", true}},
           false,
           2},
          &run_directory};
}

}  // namespace secondlook
