#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/control_client.h"

namespace secondlook {
namespace {

constexpr std::chrono::minutes kPatience{1};

constexpr std::string_view kHelp =
    "Usage: secondlook resume [--apply | --drop]\n\n"
    "Releases the brake, which stops automatic removal when too many copies would move at once.\n"
    "Look first: `secondlook status`, `secondlook search state:held_by_brake`.\n\n"
    "  --apply   the copies it held back are removed now\n"
    "  --drop    the copies it held back are left where they are\n"
    "Without either the brake is released for what comes; what was held back stays held.\n\n"
    "Example:\n"
    "  secondlook resume --apply\n";

std::uint64_t number(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

int run_resume(const Invocation& invocation) {
  const bool apply = invocation.arguments.has("apply");
  const bool drop = invocation.arguments.has("drop");
  if (apply && drop) return usage_error(invocation.console, "resume: --apply or --drop, not both");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  ControlRequest request;
  request.command = "resume";
  request.decision = apply ? "apply" : drop ? "drop" : "";
  request.login = login_name();
  const auto answer = ask_service(
      configuration->paths.control_socket(), request, [](std::string_view) {}, kPatience);
  if (const int status = report_answer(invocation.console, answer); status != exit_done)
    return status;
  const auto done = nlohmann::json::parse(answer.json, nullptr, false);
  if (!done.is_object()) return failure(invocation.console, "the service's answer is unreadable");
  invocation.console.out << "brake released: " << number(done, "released") << " copies go on, "
                         << number(done, "dropped") << " dropped";
  if (const auto held = number(done, "still_held"); held > 0)
    invocation.console.out << ", " << held << " still held (--apply or --drop decides)";
  invocation.console.out << '\n';
  return exit_done;
}

}  // namespace

Command resume_command() {
  return {"resume", "release the brake", kHelp, {{{"apply"}, {"drop"}}, false, 0}, &run_resume};
}

}  // namespace secondlook
