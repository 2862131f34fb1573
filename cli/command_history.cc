#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"
#include "cli/commands.h"
#include "cli/control_client.h"
#include "cli/terminal_text.h"
#include "cli/trace_pieces.h"

namespace secondlook {
namespace {

using nlohmann::json;

constexpr std::chrono::minutes kPatience{5};
constexpr std::size_t kLargestFile = 1 << 30;

constexpr std::string_view kHelp =
    "Usage: secondlook history import FILE.csv... [--tenant NAME] [--day-first] [--dry-run]\n"
    "       secondlook history show [ADDRESS] [--tenant NAME] [--json]\n\n"
    "Who wrote to the organisation and was written to. Whether a sender is new is judged by it "
    "once\n"
    "it is two weeks old.\n\n"
    "import  counts Exchange's message traces, so that it need not wait: what Get-MessageTraceV2\n"
    "        or a report of the admin center exports, UTF-8 or UTF-16. Columns, by their names:\n"
    "        Received, SenderAddress, RecipientAddress, Status, MessageId (or those of the\n"
    "        extended report). Rows that are Delivered count, between inside and outside, by the\n"
    "        domains of the tenant. What was counted or recorded before, by Message-ID and\n"
    "        recipient, does not count again: the same file twice does no harm.\n"
    "show    whether it is old enough, since when, and what is known of an address\n\n"
    "  --tenant NAME   needed where several are configured\n"
    "  --day-first     3/4/2026 is the third of April\n"
    "  --dry-run       reads the files and counts nothing\n\n"
    "Exit status: 0 done, 1 refused, 2 bad usage or file, 3 no service.\n\n"
    "Example:\n"
    "  Get-MessageTraceV2 -StartDate (Get-Date).AddDays(-10) -EndDate (Get-Date) -ResultSize 5000 "
    "|\n"
    "    Export-Csv -NoTypeInformation -Encoding UTF8 trace.csv\n"
    "  secondlook history import trace.csv\n";

std::uint64_t number(const json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() && found->is_number_unsigned()
             ? found->get<std::uint64_t>()
             : 0;
}

struct Sums {
  std::uint64_t rows = 0, delivered = 0, with_strangers = 0, counted = 0;

  void add(const json& done) {
    rows += number(done, "rows");
    delivered += number(done, "delivered");
    with_strangers += number(done, "with_strangers");
    counted += number(done, "counted");
  }
};

ControlRequest request_for(const Invocation& invocation, std::string command) {
  ControlRequest request;
  request.command = std::move(command);
  request.login = login_name();
  request.tenant = invocation.arguments.value("tenant");
  request.dry_run = invocation.arguments.has("dry-run");
  if (invocation.arguments.has("day-first")) request.decision = "day_first";
  return request;
}

void print_sums(const Console& console, const std::string& path, const Sums& sums, bool dry_run) {
  console.out << terminal_text(path) << ": " << sums.rows << " rows, " << sums.delivered
              << " delivered, " << sums.with_strangers << " with people outside, ";
  if (dry_run)
    console.out << "nothing counted (dry run)\n";
  else
    console.out << sums.counted << " counted, "
                << sums.with_strangers - std::min(sums.counted, sums.with_strangers)
                << " known before\n";
}

int import_file(const Invocation& invocation, const std::string& socket, const std::string& path) {
  const Console& console = invocation.console;
  auto bytes = read_file(path, kLargestFile);
  if (!bytes) return usage_error(console, bytes.error().message);
  const std::string text = trace_text(std::move(*bytes));
  TracePieces pieces(text);
  ControlRequest request = request_for(invocation, "history_import");
  request.reason = path;
  Sums sums;
  for (;;) {
    auto piece = pieces.next();
    if (!piece) return usage_error(console, path + ": " + piece.error().message);
    if (!*piece) break;
    request.content = std::move((*piece)->content);
    request.line = (*piece)->first_line;
    const auto answer = ask_service(
        socket, request, [](std::string_view) {}, kPatience);
    if (answer.outcome == ServiceAnswer::Outcome::failed) {
      failure(console, path + ": " + answer.error.message);
      if (sums.rows > 0) print_sums(console, path, sums, request.dry_run);
      return answer.error.kind == Error::Kind::malformed ? exit_usage : exit_findings;
    }
    if (const int status = report_answer(console, answer); status != exit_done) return status;
    sums.add(json::parse(answer.json, nullptr, false));
    if (!pieces.is_at_end())
      console.err << terminal_text(path) << ": " << pieces.percent() << " %, " << sums.rows
                  << " rows\n";
  }
  print_sums(console, path, sums, request.dry_run);
  return exit_done;
}

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string in_words(const json& done, const char* of, const std::string& who) {
  const auto found = done.find(of);
  if (found == done.end() || !found->is_object()) return who + ": never heard of\n";
  std::string words = who + ": " + text(*found, "mails") + " mails from there";
  if (const std::string since = text(*found, "since"); !since.empty()) words += " since " + since;
  return words + ", written to " + text(*found, "written_to") + " times, last on " +
         text(*found, "last") + "\n";
}

int show(const Invocation& invocation, const std::string& socket) {
  const Console& console = invocation.console;
  ControlRequest request = request_for(invocation, "history_show");
  const auto& words = invocation.arguments.words();
  if (words.size() > 1) request.address = words[1];
  const auto answer = ask_service(
      socket, request, [](std::string_view) {}, kPatience);
  if (const int status = report_answer(console, answer); status != exit_done) return status;
  const json done = json::parse(answer.json, nullptr, false);
  if (!done.is_object()) return failure(console, "the service answered with what cannot be read");
  if (invocation.arguments.has("json")) {
    console.out << json_text(answer.json) << '\n';
    return exit_done;
  }
  const std::string from = text(done, "warm_from");
  const std::string state = text(done, "warm") == "true" ? "old enough since " + from
                            : from.empty()               ? "empty"
                                                         : "too young until " + from;
  console.out << terminal_text(text(done, "tenant") + ": the history is " + state + "; " +
                               text(done, "keys") + " senders, domains and pairs")
              << '\n';
  if (request.address.empty()) return exit_done;
  const std::string address = text(done, "address");
  console.out << terminal_text(in_words(done, "sender", address)).append("\n")
              << terminal_text(in_words(done, "domain", address.substr(address.rfind('@') + 1)))
              << '\n';
  return exit_done;
}

int run_history(const Invocation& invocation) {
  const auto& words = invocation.arguments.words();
  const std::string what = words.empty() ? "" : words[0];
  const bool fits = (what == "show" && words.size() <= 2) || (what == "import" && words.size() > 1);
  if (!fits)
    return usage_error(invocation.console, "history: import FILE.csv..., or show [ADDRESS]");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  const std::string socket = configuration->paths.control_socket();
  if (what == "show") return show(invocation, socket);
  for (std::size_t i = 1; i < words.size(); ++i)
    if (const int status = import_file(invocation, socket, words[i]); status != exit_done)
      return status;
  return exit_done;
}

}  // namespace

Command history_command() {
  return {"history",
          "who wrote to whom: message traces imported, what is known",
          kHelp,
          {{{"json"}, {"dry-run"}, {"day-first"}, {"tenant", true}}, false},
          &run_history};
}

}  // namespace secondlook
