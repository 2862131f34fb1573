// secondlook-ingest [--config FILE] [--listen-fds N,N...]: receives journal reports by SMTP and
// puts them into the journal log. Exit status 0 stopped, 1 failed, 2 bad usage or configuration.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "base/confinement.h"
#include "base/file_descriptor.h"
#include "base/log.h"
#include "journal_ingest/reception.h"
#include "journal_ingest/rights.h"
#include "journal_ingest/settings_reader.h"
#include "journal_ingest/smtp_command.h"
#include "schema/configuration.h"
#include "schema/process_figures.h"
#include "schema/process_notice.h"

namespace secondlook {
namespace {

struct Options {
  std::string config;
  std::vector<int> listen_descriptors;
};

std::optional<Options> parse_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    std::string value = arguments[i + 1];
    if (name == "--config") {
      options.config = value;
    } else if (name == "--listen-fds") {
      for (std::size_t comma = 0; comma != std::string::npos; value.erase(0, comma + 1)) {
        comma = value.find(',');
        const auto number = parse_decimal(value.substr(0, comma));
        if (!number || *number > 1'000'000) return std::nullopt;
        options.listen_descriptors.push_back(static_cast<int>(*number));
        if (comma == std::string::npos) break;
      }
    } else {
      return std::nullopt;
    }
  }
  return count % 2 == 1 ? std::optional(options) : std::nullopt;
}

int fail(int status, const Error& error) {
  log_error("cannot start", {{"reason", error.message}});
  return status;
}

// A session is a descriptor, a large report another: the usual soft limit of 1,024 is too few.
void raise_open_file_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &files) != 0) log_warning("open file limit not raised");
}

Result<ConfinementReport> give_up_rights(const Configuration& configuration) {
  auto report = confine(ingest_rights(configuration.paths));
  if (report && configuration.require_confinement && !report->complete())
    return forbidden("require_confinement: " + report->summary());
  return report;
}

int run(const Options& options, int notice, const std::vector<int>& figures) {
  const auto configuration = find_configuration(options.config);
  if (!configuration) return fail(2, configuration.error());
  const auto format = parse_log_format(configuration->log_format);
  const auto level = parse_log_level(configuration->log_level);
  if (format && level) set_up_log("ingest", *format, *level);

  // Landlock passes over what does not exist: the mark's directory has to be there first.
  // Where each process has its own user, `serve` has made it, and remediation owns it.
  const std::filesystem::path mark = configuration->paths.recorded_mark();
  auto made = make_directories(mark.parent_path().parent_path().string());
  if (made) made = make_directories(mark.parent_path().string(), 0755);
  if (!made) log_warning("recorded mark's directory", {{"reason", made.error().message}});
  // While this process is but one thread, and before it opens anything that should not be shared.
  auto reader = configuration->path.empty() ? Result<FileDescriptor>(FileDescriptor())
                                            : start_settings_reader(configuration->path);
  if (!reader) return fail(1, reader.error());
  ReceptionStart start{options.listen_descriptors, std::move(*reader), notice >= 0,
                       map_ingest_figures(figures), nullptr};
  std::string confined;  // once it is
  start.tell = [&](const std::string& description) {
    give_notice(notice, {true, confined, description});
  };
  auto reception = Reception::open(*configuration, std::move(start));
  if (!reception)
    return fail(reception.error().kind == Error::Kind::malformed ? 2 : 1, reception.error());

  raise_open_file_limit();
  const auto confinement = give_up_rights(*configuration);
  if (!confinement) return fail(1, confinement.error());

  confined = confinement->summary();
  const std::string description = (*reception)->description();
  log_info(description, {{"confinement", confined}});
  give_notice(notice, {true, confined, description});

  (*reception)->run();
  return 0;
}

}  // namespace
}  // namespace secondlook

int main(int count, char** arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  secondlook::set_up_log("ingest", secondlook::LogFormat::text, secondlook::LogLevel::info);
  const int notice = secondlook::take_notice_descriptor();
  const auto figures = secondlook::take_figures_descriptors();
  const auto options = secondlook::parse_options(count, arguments);
  if (options) return secondlook::run(*options, notice, figures);
  std::fputs("usage: secondlook-ingest [--config FILE] [--listen-fds N,N...]\n", stderr);
  return 2;
}
