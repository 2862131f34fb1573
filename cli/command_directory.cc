#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/control_client.h"
#include "cli/table.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::chrono::minutes kPatience{2};

constexpr std::string_view kHelp =
    "Usage: secondlook directory show ADDRESS [--json]\n"
    "       secondlook directory sync\n\n"
    "show: whose mailbox an address is, as the tenant's directory says, aliases resolved.\n"
    "sync: not yet; this version keeps no copy of the directory and asks for each address.\n\n"
    "Exit status: 0 found, 1 not found, 2 bad usage, 3 no service.\n\n"
    "Example:\n"
    "  secondlook directory show alias@contoso.example\n";

std::string text(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

int show(const Invocation& invocation, const std::string& control_socket,
         const std::string& address) {
  ControlRequest request;
  request.command = "directory_show";
  request.address = address;
  request.login = login_name();
  Table table({{"TENANT"}, {"USER"}, {"MAIL"}, {"ADDRESSES", true}});
  std::size_t found = 0;
  const auto answer = ask_service(
      control_socket, request,
      [&](std::string_view item) {
        ++found;
        if (invocation.arguments.has("json")) {
          invocation.console.out << json_text(item) << '\n';
          return;
        }
        const auto user = nlohmann::json::parse(item, nullptr, false);
        if (user.is_object())
          table.add({text(user, "tenant"), text(user, "user_principal_name"), text(user, "mail"),
                     text(user, "addresses")});
      },
      kPatience);
  if (!table.empty()) table.print(invocation.console.out, invocation.console.width);
  if (const int status = report_answer(invocation.console, answer); status != exit_done)
    return status;
  return found > 0 ? exit_done
                   : failure(invocation.console, "no tenant knows the address " + address);
}

int run_directory(const Invocation& invocation) {
  const auto& words = invocation.arguments.words();
  if (words.size() == 1 && words[0] == "sync")
    return usage_error(invocation.console,
                       "directory sync: not yet; this version asks for each address");
  if (words.size() != 2 || words[0] != "show")
    return usage_error(invocation.console, "directory: show ADDRESS, or sync");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  return show(invocation, configuration->paths.control_socket(), words[1]);
}

}  // namespace

Command directory_command() {
  return {
      "directory", "whose mailbox an address is", kHelp, {{{"json"}}, false, 2}, &run_directory};
}

}  // namespace secondlook
