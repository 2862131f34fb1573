#include "cli/doctor_probe.h"

#include <nlohmann/json.hpp>

#include "cli/control_client.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

using nlohmann::json;

// Of one frame: Graph may be asked again for a minute between two answers.
constexpr std::chrono::minutes kPatience{5};

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::uint64_t number(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

Colour colour_of(const std::string& answer) {
  if (answer == "pass") return Colour::green;
  return answer == "differs" ? Colour::red : Colour::yellow;
}

void print_answer(const Console& console, const json& item) {
  const std::string answer = text(item, "answer");
  console.out << console.coloured(colour_of(answer), terminal_text(answer))
              << std::string(9 - std::min<std::size_t>(answer.size(), 8), ' ')
              << terminal_text(text(item, "question")) << ": "
              << terminal_text(text(item, "observed")) << '\n';
  if (answer != "pass")
    console.out << "         -> expected: " << terminal_text(text(item, "expected")) << '\n';
}

// Whether all is as it should be.
bool print_end(const Console& console, const json& done) {
  const auto left = done.find("left_behind");
  const bool is_clean = left == done.end() || !left->is_array() || left->empty();
  console.out << "\n"
              << number(done, "pass") << " pass, " << number(done, "differs") << " differ, "
              << number(done, "unknown") << " unknown\n";
  if (is_clean) {
    console.out
        << "The mail was removed again. What was purged rests in Purges until the mailbox's "
           "retention ends.\n";
  } else {
    console.out << console.coloured(Colour::red, "Not removed:") << '\n';
    for (const json& place : *left)
      if (place.is_string()) console.out << "  " << terminal_text(place.get<std::string>()) << '\n';
    console.out << "  -> search the mailbox for " << terminal_text(text(done, "message_id"))
                << '\n';
  }
  return is_clean && number(done, "differs") == 0;
}

bool may_go_on(const Invocation& invocation, const std::string& mailbox) {
  if (invocation.arguments.has("yes")) return true;
  const Console& console = invocation.console;
  if (!console.in_is_terminal) {
    usage_error(console,
                "doctor --probe: nobody can be asked here; --yes says that it may be done");
    return false;
  }
  console.err
      << "This creates one mail in " << terminal_text(mailbox)
      << ", moves, deletes and purges it, and asks eight things of Graph\nat once. Its user may "
         "see it for a moment. Best done with a mailbox made for tests.\n";
  return console.confirm("Go on? [y/N] ");
}

}  // namespace

int run_probe(const Invocation& invocation, const Configuration& configuration) {
  const Console& console = invocation.console;
  ControlRequest request;
  request.command = "probe";
  request.address = invocation.arguments.value("probe");
  request.tenant = invocation.arguments.value("tenant");
  request.login = login_name();
  if (request.address.find('@') == std::string::npos)
    return usage_error(console,
                       "doctor --probe: which mailbox? An address, as user@contoso.example");
  if (!may_go_on(invocation, request.address))
    return console.in_is_terminal ? exit_findings : exit_usage;
  const bool as_json = invocation.arguments.has("json");
  const auto answer = ask_service(
      configuration.paths.control_socket(), request,
      [&](std::string_view content) {
        console.progress("");
        const json item = json::parse(content, nullptr, false);
        if (as_json)
          console.out << json_text(content) << '\n';
        else if (item.is_object())
          print_answer(console, item);
      },
      kPatience,
      [&](std::string_view content) {
        const json item = json::parse(content, nullptr, false);
        if (item.is_object()) console.progress(terminal_text(text(item, "doing")));
      });
  console.progress("");
  if (answer.outcome == ServiceAnswer::Outcome::unreachable)
    console.err
        << "secondlook: the service cleans up by itself; `secondlook audit` names the mail's "
           "Message-ID\n";
  if (answer.outcome != ServiceAnswer::Outcome::done) return report_answer(console, answer);
  const json done = json::parse(answer.json, nullptr, false);
  if (!done.is_object()) return failure(console, "the service's answer cannot be read");
  if (!as_json) return print_end(console, done) ? exit_done : exit_findings;
  console.out << json_text(answer.json) << '\n';
  const auto left = done.find("left_behind");
  const bool is_clean = left == done.end() || left->empty();
  return is_clean && number(done, "differs") == 0 ? exit_done : exit_findings;
}

}  // namespace secondlook
