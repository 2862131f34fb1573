#include <csignal>

#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/service_layout.h"
#include "cli/supervisor.h"
#include "cli/terminal_text.h"

namespace secondlook {
namespace {

constexpr std::chrono::seconds kBindPatience{5};

constexpr std::string_view kHelp =
    "Usage: secondlook [--config FILE] serve [--ready-file FILE]\n\n"
    "Runs the service in the foreground: receives journal reports, analyses them, records and\n"
    "acts. Starts secondlook-remediation, secondlook-analyzer, secondlook-ingest and\n"
    "secondlook-notify from its own directory, restarts one that dies, and stops them in order on "
    "SIGTERM or SIGINT. SIGHUP\n"
    "makes them take up a changed configuration, if it is without mistakes. systemd is told when\n"
    "all are ready, and signed to within WatchdogSec.\n\n"
    "  --ready-file FILE   written once all are ready: JSON with the bound SMTP addresses\n\n"
    "Example:\n"
    "  secondlook --config /etc/secondlook/secondlook.toml serve\n";

Result<std::vector<ListeningSocket>> open_sockets(const SmtpSettings& smtp) {
  std::vector<ListeningSocket> sockets;
  for (const std::string& address : smtp.listen) {
    auto socket = listen_on(address, kBindPatience);
    if (!socket) return socket.error();
    sockets.push_back(std::move(*socket));
  }
  if (sockets.empty()) return malformed("[smtp] listen names no address");
  return sockets;
}

std::string ready_content(const std::vector<std::string>& smtp) {
  std::string addresses;
  for (const std::string& address : smtp)
    addresses += (addresses.empty() ? "" : ",") + json_string(address);
  return "{\"pid\":" + std::to_string(::getpid()) + ",\"smtp\":[" + addresses + "]}\n";
}

// The configuration and the files of lists and overrides that it names, as they stand now.
std::string texts_of(const Configuration& configuration) {
  constexpr std::size_t kMost = std::size_t{16} << 20U;
  std::vector<std::string> files = configuration.list_files;
  files.push_back(configuration.path);
  for (const TenantSettings& tenant : configuration.tenants)
    if (!tenant.directory.overrides_file.empty()) files.push_back(tenant.directory.overrides_file);
  std::string texts;
  for (const std::string& file : files) {
    const auto text = read_file(file, kMost);
    texts += file + "\n" + (text ? *text : text.error().message) + "\n";
  }
  return texts;
}

void set_up_log_as(const Configuration& configuration) {
  const auto format = parse_log_format(configuration.log_format);
  const auto level = parse_log_level(configuration.log_level);
  set_up_log("serve", format.value_or(LogFormat::text), level.value_or(LogLevel::info));
}

Result<int> serve(const Invocation& invocation, const Configuration& configuration) {
  const ServiceUsers users = find_service_users();
  if (!users.separate())
    log_warning("processes share one user",
                {{"reason", users.missing}, {"user", current_user_name()}});
  if (configuration.tenants.empty())
    log_warning("no tenant is configured: every recipient will be refused");
  if (const auto made = make_service_directories(configuration.paths, users); !made)
    return made.error();
  const auto lock = lock_runtime_directory(configuration.paths.runtime);
  if (!lock) return lock.error();
  const auto sockets = open_sockets(configuration.smtp);
  if (!sockets) return sockets.error();
  const auto figures = make_service_figures();
  if (!figures) return figures.error();

  SupervisorSettings settings;
  for (const ListeningSocket& socket : *sockets) settings.smtp.push_back(socket.address);
  settings.programs = service_programs(configuration, users, *sockets, *figures);
  settings.table_path = configuration.paths.process_table();
  settings.ready_file = invocation.arguments.value("ready-file");
  settings.ready_content = ready_content(settings.smtp);
  settings.separate_users = users.separate();
  ServiceManager manager = ServiceManager::from_environment();
  settings.manager = &manager;
  std::string taken_up = texts_of(configuration);
  bool has_changed = false;
  settings.may_reload = [&]() -> Result<void> {
    const auto again = find_configuration(invocation.configuration_path);
    if (!again) return again.error();
    const std::string texts = texts_of(*again);
    has_changed = texts != taken_up;
    set_up_log_as(*again);
    taken_up = texts;
    return {};
  };
  // These take up a configuration by starting anew, and the analyzer with them. New rules alone are
  // no reason.
  settings.is_concerned = [&](const std::string& program) {
    return has_changed || (program != "secondlook-remediation" && program != "secondlook-notify");
  };
  if (!settings.ready_file.empty()) ::unlink(settings.ready_file.c_str());  // of an earlier run
  ::signal(SIGPIPE, SIG_IGN);
  return supervise(settings, invocation.clock);
}

int run_serve(const Invocation& invocation) {
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  set_up_log_as(*configuration);
  const auto status = serve(invocation, *configuration);
  return status ? *status : report_error(invocation.console, status.error());
}

}  // namespace

Command serve_command() {
  return {"serve",
          "run the service in the foreground",
          kHelp,
          {{{"ready-file", true}}, false, 0},
          &run_serve};
}

}  // namespace secondlook
